import { SettingsPage } from "@/features/account/settings-page";
import { LlmsSection } from "@/features/llms/llms-section";

export default function Settings() {
  return (
    <SettingsPage>
      <LlmsSection />
    </SettingsPage>
  );
}
