import { ChatPage } from "@/features/chat/chat-page";
import { EndpointAccess } from "@/features/predictions/endpoint-access";

export default function Chat() {
  return <ChatPage access={EndpointAccess} />;
}
