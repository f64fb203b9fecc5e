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
      const first = p.indexOf(Math.max(...p));
      const shares = CLASSES.map((name, k) => `${name} ${moving.number(p[k], 3)}`);
      return `${shares.join(", ")}. The largest share is that of ${CLASSES[first]}.`;
    },
  });
}
