/** Style sheets are imported for what they do to the page; Next's own declaration is there only after a build. */
declare module "*.css";
