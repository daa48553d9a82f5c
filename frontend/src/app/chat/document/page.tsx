import { DocumentPage } from "@/features/chat/viewer/document-page";

export default function ChatDocument() {
  return <DocumentPage />;
}
