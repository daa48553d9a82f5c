/** What is sent back about an answer: which one was right. */
export type Correction = {
  id: string;
  call_id: string | null;
  row: number;
  predicted: string | number;
  correct: string | number;
  created_at: string;
};
