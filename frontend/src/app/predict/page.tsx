import { PredictPage } from "@/features/predictions/predict-page";

export default function Predict() {
  return <PredictPage />;
}
