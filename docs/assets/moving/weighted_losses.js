// Binary cross-entropy of one weld, plain, weighted and focal, with the slopes that training feels.
{
  const { number, sigmoid, softplus } = moving;
  const SCORES = Array.from({ length: 241 }, (_, i) => -6 + i / 20);

  const model = ({ weld, z, weight, gamma }) => {
    const sign = weld === "defective" ? 1 : -1;
    const t = sign * z; // by how much the right answer leads
    const doubt = sigmoid(-t), plain = softplus(-t);
    const counts = sign > 0 ? weight : 1; // only defects have the weight
    return {
      plain, weighted: counts * plain, focal: doubt ** gamma * plain,
      plain_slope: -sign * doubt,
      weighted_slope: -sign * counts * doubt,
      focal_slope: -sign * doubt ** gamma * (gamma * sigmoid(t) * plain + doubt),
    };
  };

  moving.figure("weighted_losses", {
    model,
    draw(drawing, given, now) {
      const curves = SCORES.map((z) => model({ ...given, z }));
      const falls = given.weld === "defective"; // a name stands where its curve falls to a height
      const order = falls ? [...SCORES.keys()].reverse() : [...SCORES.keys()];
      const words = (name, height, color, inside) => {
        const at = order.find((i) => curves[i][name] >= height) ?? order.at(-1);
        const right = falls === inside;
        const look = { color, anchor: "start", dx: right ? 7 : -7 - 6 * name.length };
        drawing.text(`${name}_text`, name, SCORES[at], Math.min(height, curves[at][name]), look);
      };
      words("plain", 4.6, "faint", true);
      words("weighted", 7, "c1", true);
      words("focal", 0.5, "c0", false);
      for (const name of ["plain", "weighted", "focal"]) {
        drawing.line(name, SCORES, curves.map((each) => each[name]));
        drawing.points(`${name}_point`, [given.z], [now[name]]);
      }
      const told = ["plain", "weighted", "focal"].map((name) =>
        `${name} ${number(now[name])}, slope ${number(now[`${name}_slope`])}`);
      return `Loss at ${number(given.z, 1)}: ${told.join("; ")}.`;
    },
  });
}
