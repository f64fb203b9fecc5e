// What a reader asks → what the search understands. The theme's search takes ":", "^", "~" and a
// leading "-" as operators, so a pasted "ValueError: …" would lose its first word, and it knows
// "dice_loss" as the start of a word only. Here a whole word counts more than the start of one, a
// dotted name is a word too (scripts/website/searching.py writes it so), and its parts are asked for.
{
  const WORD = /[\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu;
  const ENDING = /(?:[^s]s|ed|ing|e|es)$/;
  const terms = (word) => {
    const parts = word.split(".");
    const last = parts.at(-1);
    if (/^[\d.]+$/.test(word)) return [`${word}^1`];
    const names = parts.slice(0, -1).map((_, start) => `${parts.slice(start).join("_")}^20`);
    const pieces = last.split("_").filter((piece) => piece && piece !== last);
    const found = [...names, `${last}^4`, ...pieces.map((piece) => `${piece}^1`)];
    if (last.length > 2) found.push(last);
    if (last.length > 5 && ENDING.test(last)) found.push(last.replace(ENDING, ""));
    return found;
  };
  const understood = (query) =>
    [...new Set([...query.toLowerCase().matchAll(WORD)].flatMap(([word]) => terms(word)))].join(" ");

  const QUERY = 2; // of the messages to the search's worker
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    const asked = message?.type === QUERY && typeof message.data === "string";
    const sent = asked ? { ...message, data: understood(message.data) } : message;
    return postMessage.call(this, sent, ...rest);
  };
}
