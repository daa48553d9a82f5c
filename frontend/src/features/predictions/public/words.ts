/** What a visitor of a public page reads. */
export const words = {
  loading: "Loading the page",
  noId: "This link is not whole: it names nothing to try.",
  gone: {
    title: "There is no public page here",
    text: "It may have been switched off. Ask whoever gave you the link.",
  },
  failed: "This page could not be loaded",
  intro: (name: string) => (name ? `Predicts ${name}.` : "Says which cluster a row belongs to."),
  introSaid: "A language model answers what you ask.",
  kept: "What you enter is kept by whoever made this page.",
  made: "Made with Modelyard",
  quota: {
    title: "That is enough for now",
    again: (left: string) => `You can try again in ${left}.`,
    now: "You can try again now.",
  },
};
