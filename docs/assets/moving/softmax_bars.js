// Softmax of three logits, divided by a temperature first.
{
  const CLASSES = ["no_defect", "porosity", "crack"];

  const softmax = (x) => {
    const most = Math.max(...x);
    const shares = x.map((each) => Math.exp(each - most));
    const total = shares.reduce((sum, each) => sum + each, 0);
    return shares.map((each) => each / total);
  };

  const model = ({ z0, z1, z2, temperature }) => ({
    p: softmax([z0, z1, z2].map((z) => z / temperature)),
  });

  moving.figure("softmax_bars", {
    model,
    draw(drawing, { z0, z1, z2 }, { p }) {
      [[z0, z1, z2], p].forEach((values, side) => {
        const axes = drawing.axes[side];
        values.forEach((value, k) => {
          drawing.line(`bar${side}${k}`, [0, value, value, 0], [k - 0.4, k - 0.4, k + 0.4, k + 0.4], axes, "Z");
          const words = moving.number(value, side + 1);
          drawing.text(`text${side}${k}`, words, Math.max(value, 0), k, { axes, anchor: "start", dx: 4 });
        });
      });
      const most = Math.max(...p), first = CLASSES.filter((_, k) => p[k] === most);
      const largest = [
        `The largest share is that of ${first[0]}.`,
        `The largest shares are equal: ${first.join(" and ")}.`,
        "All shares are equal.",
      ][first.length - 1];
      const shares = CLASSES.map((name, k) => `${name} ${moving.number(p[k], 3)}`);
      return `${shares.join(", ")}. ${largest}`;
    },
  });
}
