// Two boxes to drag: four losses of the predicted one, and the gradient of one of them as arrows.
{
  const TINY = 2.2250738585072014e-308, AXES = [0, 1], ENDS = [0, 1];
  const positive = (x) => Math.max(x, TINY);
  const edges = (f) => ENDS.map((e) => AXES.map((k) => f(e, k)));
  const along = (pair) => AXES.map((k) => pair[0][k] + pair[1][k]);

  // As nnref/_boxes.py: how far an edge lies outward, lengths as sums, areas in enclosing boxes.
  const measures = (first, second) => {
    const [a, b] = [first, second].map(([x1, y1, x2, y2]) => [[-x1 / 4, -y1 / 4], [x2 / 4, y2 / 4]]);
    const inside = edges((e, k) => Math.min(a[e][k], b[e][k]));
    const inner = edges((e, k) => ((a[e][k] < b[e][k]) + (a[e][k] <= b[e][k])) / 2);
    const sides = [along(a), along(b)], overlap = along(inside);
    const hull = along(edges((e, k) => Math.max(a[e][k], b[e][k]))), unit = hull.map(positive);
    const area = (l) => (l[0] / unit[0]) * (l[1] / unit[1]);
    const areaGrad = (l) => AXES.map((k) => l[1 - k] / unit[1 - k] / unit[k]);

    const shared = overlap.map((l) => Math.max(l, 0)), sharedGrad = areaGrad(shared);
    const both = area(shared), union = area(sides[0]) + area(sides[1]) - both;
    const bothGrad = edges((e, k) => inner[e][k] * (overlap[k] >= 0) * sharedGrad[k]);
    const ownGrad = areaGrad(sides[0]), hullGrad = areaGrad(hull), enclosing = area(hull);
    const unionGrad = edges((e, k) => ownGrad[k] - bothGrad[e][k]);

    const only = (box) => along(edges((e, k) => box[e][k] - inside[e][k])).map((l, k) => l / unit[k]);
    const [p, q] = only(a), [r, s] = only(b), [x, y] = overlap.map((l, k) => l / unit[k]);
    const v = Math.max(x, 0), w = Math.max(y, 0);
    const single = p * (w + q) + r * (w + s) + v * (q + s), either = single + v * w;
    const miss = single / positive(either) + (either === 0), empty = p * s + r * q - (x * y - v * w);
    const iou = both / positive(union);
    const iouGrad = edges((e, k) => (union > 0) * (bothGrad[e][k] - iou * unionGrad[e][k]) / positive(union));
    const giouGrad = edges((e, k) => iouGrad[e][k] +
      (unionGrad[e][k] - union * (1 - inner[e][k]) * hullGrad[k]) * enclosing);

    const longer = positive(Math.max(...hull)), scaled = hull.map((l) => l / longer);
    const diagonal = positive(scaled[0] ** 2 + scaled[1] ** 2);
    const step = AXES.map((k) => (a[1][k] - b[1][k] - (a[0][k] - b[0][k])) / 2 / longer);
    const distance = (step[0] ** 2 + step[1] ** 2) / diagonal;
    const diouGrad = edges((e, k) => iouGrad[e][k] -
      ((e ? step[k] : -step[k]) - 2 * distance * scaled[k] * (1 - inner[e][k])) / diagonal / longer);

    const [[width, height], [g, h]] = sides.map((l) => l.map((each) => each / positive(Math.max(...l))));
    const turn = Math.atan2(g * height - width * h, g * width + height * h);
    const aspect = (4 / Math.PI ** 2) * turn ** 2, alpha = (missed) => aspect / positive(missed + aspect);
    const norm = Math.max(width ** 2 + height ** 2, 1), own = positive(Math.max(...sides[0]));
    const turnGrad = [-height, width].map((each) => each / norm / own);
    const slope = alpha(1 - iou) * (8 / Math.PI ** 2) * turn;
    const ciouGrad = edges((e, k) => diouGrad[e][k] - slope * turnGrad[k]);

    const grad = (rise) => [0, 1, 2, 3].map((i) => rise[i >> 1][i % 2] * (i > 1 ? -0.25 : 0.25) + 0);
    return {
      IoU: [miss, grad(iouGrad)],
      GIoU: [miss + empty, grad(giouGrad)],
      DIoU: [miss + distance, grad(diouGrad)],
      CIoU: [miss + distance + alpha(miss) * aspect, grad(ciouGrad)],
    };
  };

  const TRUE = [4, 3]; // mm
  const box = (x, y, w, h) => [x - w / 2, y - h / 2, x + w / 2, y + h / 2];

  const model = ({ px, py, tx, ty, width, height }) => {
    const predicted = box(px, py, Math.max(width, 0), Math.max(height, 0)), real = box(tx, ty, ...TRUE);
    const found = measures(predicted, real), numbers = { predicted, real };
    for (const [name, [loss, grad]] of Object.entries(found)) Object.assign(numbers, { [name]: loss, [`d${name}`]: grad });
    return numbers;
  };

  const ring = ([x1, y1, x2, y2]) => [[x1, x2, x2, x1], [y1, y1, y2, y2]];
  const NAMES = ["IoU", "GIoU", "DIoU", "CIoU"], REACH = 6; // mm for a slope of 1 per mm

  moving.figure("two_boxes", {
    model,
    setup(drawing) {
      return [
        drawing.handle("pin_true", "tx", "ty", { label: "true box" }),
        drawing.handle("pin_predicted", "px", "py", { label: "predicted box" }),
      ];
    },
    draw(drawing, { loss }, found, handles) {
      const { predicted, real } = found, grad = found[`d${loss}`];
      const around = predicted.map((each, i) => Math[i < 2 ? "min" : "max"](each, real[i]));
      drawing.line("true", ...ring(real), drawing.axes[0], "Z");
      drawing.line("predicted", ...ring(predicted), drawing.axes[0], "Z");
      drawing.line("hull", ...ring(around), drawing.axes[0], "Z");
      const [x1, y1, x2, y2] = predicted, middle = [(x1 + x2) / 2, (y1 + y2) / 2];
      [[x1, middle[1]], [middle[0], y1], [x2, middle[1]], [middle[0], y2]].forEach(([x, y], i) => {
        const go = -REACH * Math.max(-0.5, Math.min(0.5, grad[i])), upright = i % 2;
        const barb = Math.sign(go) * Math.min(0.35, Math.abs(go)), wing = 0.6 * barb;
        const ways = [[0, 0], [go, 0], [go - barb, wing], [go, 0], [go - barb, -wing]];
        const at = ways.map(([far, side]) => (upright ? [x + side, y + far] : [x + far, y + side]));
        const seen = Math.abs(go) > 0.02 ? at : [];
        drawing.line(`arrow${i}`, seen.map((each) => each[0]), seen.map((each) => each[1]));
      });
      handles.forEach((place) => place());
      NAMES.forEach((name, i) => drawing.reword(`said_${name}`,
        `${name} ${moving.number(1 - found[name])}, loss ${moving.number(found[name])}`, 0.3, 10.15 - 0.75 * (i >> 1),
        { anchor: "start", dx: i % 2 ? 180 : 0, dy: 0, color: name === loss ? "c1" : "ink" }));
      const slopes = ["x₁", "y₁", "x₂", "y₂"].map((edge, i) => `${edge} ${moving.number(grad[i], 3)}`).join(", ");
      const same = predicted.every((edge, i) => edge === real[i]);
      const rest = same ? "The boxes are the same: nothing is left to do." : grad.some(Boolean) ? `Its gradient, per mm: ${slopes}.` :
        "Its gradient is 0: the box is not told where to go.";
      return `${loss} ${moving.number(1 - found[loss])}, loss ${moving.number(found[loss])}. ${rest}`;
    },
  });
}
