declare module "@generated/globalData" {
  const globalData: Record<string, Record<string, unknown> | undefined>;
  export default globalData;
}
