/** What the widget says, in each language that it has; a site brings other words by the attribute `words`. */

const en = {
  open: "Ask the documentation",
  title: "Ask",
  close: "Close",
  fresh: "New conversation",
  placeholder: "Ask a question",
  question: "Your question",
  selectionPlaceholder: "What about it? (optional)",
  send: "Send",
  stop: "Stop",
  thisPage: "This page only",
  selected: "Selected text",
  removeSelection: "Leave out the selected text",
  askAbout: "Ask about this",
  conversation: "Conversation",
  hello: "Ask in your own words. Answers quote the documents they come from.",
  you: "You asked",
  searching: "Searching the documents…",
  answered: "Answer:",
  sources: "Quoted from",
  citation: (n: number, title: string) => `Citation ${n}: ${title}`,
  page: (n: number) => `page ${n}`,
  extractive: "Quoted word for word; no language model has written this.",
  scripted: "Scripted answer, for trying only.",
  nearest: "Closest headings",
  stopped: "Stopped.",
  good: "Good answer",
  bad: "Bad answer",
  why: "What was wrong? (optional)",
  sendComment: "Send comment",
  thanks: "Thank you.",
  waking: (seconds: number) => `The server is starting · ${seconds} s.`,
  sentLater: "Your question is sent once it is awake.",
  asleep: "The server did not start within 90 seconds. Your question is still in the box: try again in a minute.",
  origin: (origin: string) => `This site may not use the assistant. Its owner has to allow ${origin}.`,
  broken: "The connection broke before the answer was whole. Your question is still in the box.",
  unreadable: "The server's answer could not be read. Try again in a minute.",
  ended: "The earlier conversation has ended. This is a new one.",
  tooLong: (n: number) => `${n} characters too many`,
};

export type Words = typeof en;

const vi: Words = {
  open: "Hỏi tài liệu",
  title: "Hỏi",
  close: "Đóng",
  fresh: "Cuộc trò chuyện mới",
  placeholder: "Đặt câu hỏi",
  question: "Câu hỏi của bạn",
  selectionPlaceholder: "Bạn muốn hỏi gì về đoạn này? (không bắt buộc)",
  send: "Gửi",
  stop: "Dừng",
  thisPage: "Chỉ trang này",
  selected: "Đoạn đã chọn",
  removeSelection: "Bỏ đoạn đã chọn",
  askAbout: "Hỏi về đoạn này",
  conversation: "Cuộc trò chuyện",
  hello: "Hãy hỏi bằng lời của bạn. Câu trả lời trích dẫn tài liệu gốc.",
  you: "Bạn hỏi",
  searching: "Đang tìm trong tài liệu…",
  answered: "Trả lời:",
  sources: "Trích từ",
  citation: (n, title) => `Trích dẫn ${n}: ${title}`,
  page: (n) => `trang ${n}`,
  extractive: "Trích nguyên văn; không do mô hình ngôn ngữ viết.",
  scripted: "Câu trả lời soạn sẵn, chỉ để thử.",
  nearest: "Các mục gần nhất",
  stopped: "Đã dừng.",
  good: "Câu trả lời tốt",
  bad: "Câu trả lời chưa tốt",
  why: "Điều gì chưa đúng? (không bắt buộc)",
  sendComment: "Gửi nhận xét",
  thanks: "Cảm ơn bạn.",
  waking: (seconds) => `Máy chủ đang khởi động · ${seconds} giây.`,
  sentLater: "Câu hỏi sẽ được gửi khi máy chủ sẵn sàng.",
  asleep: "Máy chủ không khởi động trong 90 giây. Câu hỏi vẫn còn trong ô: hãy thử lại sau một phút.",
  origin: (origin) => `Trang này chưa được phép dùng trợ lý. Chủ trang cần cho phép ${origin}.`,
  broken: "Kết nối bị ngắt trước khi câu trả lời hoàn tất. Câu hỏi vẫn còn trong ô.",
  unreadable: "Không đọc được câu trả lời của máy chủ. Hãy thử lại sau một phút.",
  ended: "Cuộc trò chuyện trước đã kết thúc. Đây là cuộc trò chuyện mới.",
  tooLong: (n) => `Thừa ${n} ký tự`,
};

const LANGUAGES: Record<string, Words> = { en, vi };

/** Words of a language such as `vi-VN`, English where there are none, with those that a site brings itself. */
export function wordsOf(language: string, own: Partial<Record<keyof Words, string>> = {}): Words {
  const base = LANGUAGES[language.toLowerCase().split("-")[0] ?? ""] ?? en;
  const changed = Object.entries(own).filter(([name, text]) => typeof base[name as keyof Words] === typeof text);
  return { ...base, ...Object.fromEntries(changed) };
}
