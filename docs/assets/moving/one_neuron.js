// One neuron with two weights and a bias: its border among eight welds, and a ninth to move.
{
  const BAD = [[0.7, 0.5], [0.8, 0.8], [0.4, 0.8], [0.6, 0.6]];
  const GOOD = [[0.2, 0.1], [0.1, 0.2], [0.4, 0.2], [0.6, 0.3]];
  const WELDS = [...BAD, ...GOOD];
  const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]];

  const model = ({ w1, w2, bias, x1, x2 }) => {
    const score = ([a, b]) => w1 * a + w2 * b + bias;
    const own = score([x1, x2]);
    return { score: own, output: moving.sigmoid(own), welds: WELDS.map(score), corners: CORNERS.map(score) };
  };

  // The part of the square whose scores are at least 0, and the border between the two parts.
  const cut = (scores) => {
    const area = [], border = [];
    scores.forEach((here, i) => {
      const next = scores[(i + 1) % 4], [from, to] = [CORNERS[i], CORNERS[(i + 1) % 4]];
      if (here >= 0) area.push(from);
      if (here >= 0 === next >= 0) return;
      const t = here / (here - next);
      const crossing = from.map((start, axis) => start + t * (to[axis] - start));
      area.push(crossing);
      border.push(crossing);
    });
    return { area, border };
  };

  const columns = (points) => [points.map((each) => each[0]), points.map((each) => each[1])];

  moving.figure("one_neuron", {
    model,
    setup: (drawing) => drawing.handle("weld", "x1", "x2", { label: "new weld" }),
    draw(drawing, _, { score, output, welds, corners }, placeWeld) {
      const { area, border } = cut(corners);
      drawing.line("side", ...columns(area), drawing.axes[0], "Z");
      drawing.line("border", ...columns(border));
      const wrong = WELDS.filter((_, i) => welds[i] >= 0 !== i < BAD.length);
      drawing.points("wrong", ...columns(wrong));
      placeWeld();
      const right = WELDS.length - wrong.length;
      return `New weld: score ${moving.number(score)}, output ${moving.number(output)}. ` +
        `${right} of ${WELDS.length} welds are on the right side.`;
    },
  });
}
