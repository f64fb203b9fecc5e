// The four welds of XOR, and the plane they lie in, on their way into the plane of two hidden units.
{
  const { number } = moving;
  const WELDS = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const DEFECTIVE = [false, true, true, false];

  const hidden = ([x1, x2], { b1, b2 }) => [Math.max(x1 + x2 + b1, 0), Math.max(x1 + x2 + b2, 0)];
  const onTheWay = (x, given) => hidden(x, given).map((h, i) => x[i] + given.way * (h - x[i]));

  // The square's lines, in pieces so short that a fold shows.
  const pieces = Array.from({ length: 21 }, (_, i) => i / 20);
  const along = Array.from({ length: 6 }, (_, i) => [...pieces.map((t) => [i / 5, t]), [NaN, NaN]]).flat();
  const MESH = [...along, ...along.map(([x, y]) => [y, x])];

  const model = (given) => {
    const places = WELDS.map((weld) => onTheWay(weld, given));
    const scores = WELDS.map((weld) => {
      const [h1, h2] = hidden(weld, given);
      return h1 - 2 * h2 - 0.5;
    });
    return { x: places.map(([x]) => x), y: places.map(([, y]) => y), scores };
  };

  moving.figure("xor_slides", {
    model,
    draw(drawing, given, { x, y, scores }) {
      const net = MESH.map((each) => onTheWay(each, given));
      drawing.line("net", net.map((each) => each[0]), net.map((each) => each[1]));
      const some = (values, defective) => values.filter((_, i) => DEFECTIVE[i] === defective);
      for (const [name, defective] of [["good", false], ["bad", true]])
        drawing.points(name, some(x, defective), some(y, defective));
      const right = scores.filter((score, i) => score >= 0 === DEFECTIVE[i]).length;
      const where = given.way === 1 ? "In the hidden layer's plane" : `At ${number(100 * given.way, 0)} % of the way`;
      return `${where}. With these biases ${right} of 4 welds are on the right side of the border when they arrive.`;
    },
  });
}
