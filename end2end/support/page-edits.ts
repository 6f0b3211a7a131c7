/**
 * A change that an extension, a proxy or a password manager makes to a page before its program starts. Each edit is JavaScript
 * that runs in any engine before the scripts of the page; it waits until the page is parsed, and then edits it once.
 */
export interface PageEdit {
  name: string;
  script: string;
}

const whenParsed = (edit: string): string => `addEventListener("DOMContentLoaded", () => { ${edit} }, { once: true });`;

/** Applies an edit to each node of a kind below the body. */
const eachNode = (what: "COMMENT" | "TEXT", edit: string): string =>
  `const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_${what}); const nodes = [];
   while (walker.nextNode()) nodes.push(walker.currentNode);
   for (const node of nodes) { ${edit} }`;

const edits: [name: string, edit: string][] = [
  ["an element at the start of the body", `document.body.prepend(document.createElement("div"))`],
  ["text at the start of the body", `document.body.prepend("hello")`],
  ["a comment at the start of the body", `document.body.prepend(document.createComment("hello"))`],
  ["a frame at the start of the body", `if (top === window) document.body.prepend(document.createElement("iframe"))`],
  ["an element after the body", `document.documentElement.append(document.createElement("aside"))`],
  ["nodes at the start of every element", `for (const element of document.querySelectorAll("#latchkey *")) element.prepend(document.createComment("x"), "\\u200b")`],
  ["nodes beside every field and button", `for (const field of document.querySelectorAll("input, button")) { field.before(document.createElement("span")); field.after(document.createElement("div")); }`],
  ["a style and a script in the head", `document.head.append(document.createElement("style"), document.createElement("script"))`],
  ["comments removed", eachNode("COMMENT", "node.remove()")],
  ["texts removed", eachNode("TEXT", "node.remove()")],
  ["white space removed and texts joined", eachNode("TEXT", "node.data = node.data.trim(); if (!node.data) node.remove()") + "; document.body.normalize()"],
  ["texts wrapped, as a translation does", eachNode("TEXT", `const font = document.createElement("font"); node.replaceWith(font); font.append(node.data)`)],
  ["the heading removed", `for (const heading of document.querySelectorAll("h1")) heading.remove()`],
  ["the main part removed", `for (const main of document.querySelectorAll("main")) main.remove()`],
  ["fields and buttons removed", `for (const field of document.querySelectorAll("input, button")) field.remove()`],
  ["the console's container removed", `document.getElementById("latchkey").remove()`],
  ["the console's container copied", `document.body.prepend(document.getElementById("latchkey").cloneNode(true))`],
  ["the console's container wrapped", `const wrapper = document.createElement("div"); document.body.append(wrapper); wrapper.append(document.getElementById("latchkey"))`],
  ["the console's container without its id", `document.getElementById("latchkey").removeAttribute("id")`],
  ["all of the body removed", `document.body.replaceChildren()`],
  ["the body itself removed", `document.body.remove()`],
  ["another body", `document.body = document.createElement("body")`],
  ["the head emptied of all but the styles", `for (const child of [...document.head.children]) if (child.rel !== "stylesheet") child.remove()`],
  ["attributes on every element", `for (const element of document.querySelectorAll("*")) { element.setAttribute("data-extension", "1"); element.classList.add("extension"); }`],
  ["other types of fields", `for (const field of document.querySelectorAll("input")) field.type = "text"`],
  ["an element that comes back", `const bar = document.createElement("div"); document.body.prepend(bar); new MutationObserver(() => { if (!bar.isConnected) document.body.prepend(bar); }).observe(document.documentElement, { childList: true, subtree: true })`],
];

/** The edits of the page by a script. */
export const pageEdits: PageEdit[] = edits.map(([name, edit]) => ({ name, script: whenParsed(edit) }));

/** The edits that proxies make to the page's HTML. */
export const htmlEdits: { name: string; edit: (html: string) => string }[] = [
  { name: "comments are stripped", edit: (html) => html.replace(/<!--(?:-?>|.*?-->)/gs, "") },
  { name: "comments and white space are stripped", edit: (html) => html.replace(/<!--(?:-?>|.*?-->)/gs, "").replace(/>\s+</g, "><") },
  { name: "white space is added", edit: (html) => html.replace(/></g, ">\n <") },
  { name: "a banner is put in", edit: (html) => html.replace(/<body[^>]*>/, "$&<p>Scanned for viruses</p>") },
];
