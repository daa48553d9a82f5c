export default { handbook: ["intro", "install", "alarms", "batteries"] };
