// Two tensors of chosen shapes, the copies that broadcasting acts as if it made, and their sum.
{
  const dimensions = (shape) => (shape.match(/\d+/g) ?? []).map(Number);
  const written = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

  // Aligned at the right: equal, or one of them 1, or missing. Where they do not fit, the axis.
  const broadcast = (first, second) => {
    const shape = [];
    for (let back = 1; back <= Math.max(first.length, second.length); back++) {
      const [one, other] = [first.at(-back) ?? 1, second.at(-back) ?? 1];
      if (one !== other && one !== 1 && other !== 1) return { clash: [one, other] };
      shape.unshift(one === 1 ? other : one);
    }
    return { shape };
  };

  // The entry of a tensor that counts up in steps, at a place in the larger shape.
  const entry = (shape, step, row, column) => {
    const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    return step * ((rows === 1 ? 0 : row * columns) + (columns === 1 ? 0 : column) + 1);
  };

  const model = ({ first, second }) => {
    const [one, other] = [first, second].map(dimensions);
    const { shape } = broadcast(one, other);
    const sums = [];
    for (let row = 0; shape && row < (shape.at(-2) ?? 1); row++)
      for (let column = 0; column < (shape.at(-1) ?? 1); column++)
        sums.push(entry(one, 1, row, column) + entry(other, 10, row, column));
    return { fits: shape ? 1 : 0, shape: shape ?? [], sums };
  };

  const cells = (drawing, left, shape, stretched, color, value) => {
    const [axes] = drawing.axes;
    const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    for (let row = 0; row < (stretched.at(-2) ?? 1); row++)
      for (let column = 0; column < (stretched.at(-1) ?? 1); column++) {
        const x = axes.x(left + column), y = axes.y(1.1 + row), size = axes.x(1) - axes.x(0);
        const own = row < rows && column < columns;
        drawing.add("cell", "rect", {
          x: x + 0.8, y: y + 0.8, width: size - 1.6, height: size - 1.6,
          fill: `var(--${color})`, "fill-opacity": own ? 0.3 : 0.1,
        });
        drawing.add("cell", "text", {
          x: x + size / 2, y: y + size / 2 + 4, class: "moving__text",
          fill: "var(--ink)", "text-anchor": "middle",
        }, value(row, column));
      }
  };

  moving.figure("two_shapes", {
    model,
    draw(drawing, { first, second }, { fits, shape, sums }) {
      const [one, other] = [first, second].map(dimensions);
      const title = (left, words) =>
        drawing.text(`title${left}`, words, left, 0, { anchor: "start", dy: 11 });
      drawing.clear("cell");
      title(0, `first ${first}`);
      title(6, `second ${second}`);
      title(12, fits ? `sum ${written(shape)}` : "no sum");
      cells(drawing, 0, one, fits ? shape : one, "c0", (...at) => entry(one, 1, ...at));
      cells(drawing, 6, other, fits ? shape : other, "c1", (...at) => entry(other, 10, ...at));
      if (!fits) {
        const [above, below] = broadcast(one, other).clash;
        return `${first} and ${second} do not fit: ${above} and ${below} meet on one axis, and neither is 1.`;
      }
      cells(drawing, 12, shape, shape, "c2", (row, column) => sums[row * (shape.at(-1) ?? 1) + column]);
      return `${first} and ${second} give ${written(shape)}. Pale cells are read again, not stored.`;
    },
  });
}
