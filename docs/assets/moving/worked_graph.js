// The worked example of backpropagation, step by step: forward value by value, and back.
{
  const V1 = 1, C = 0.5, W12 = -1, B = [0, 0.25], W2 = [-1, -0.5];
  const HIDDEN = [0, 1];

  const model = ({ x1, x2, w11, v2 }) => {
    const x = [x1, x2], w = [[w11, W12], W2], v = [V1, v2];
    const z = w.map((row, i) => row[0] * x1 + row[1] * x2 + B[i]), a = z.map(Math.tanh);
    const s = v[0] * a[0] + v[1] * a[1] + C, p = moving.sigmoid(s);
    const ds = -moving.sigmoid(-s), da = v.map((each) => ds * each);
    const slopes = a.map((each) => 1 - each * each), dz = HIDDEN.map((i) => da[i] * slopes[i]);
    return {
      z, a, s, p, L: moving.softplus(-s), dp: -1 / p, ds, dv: a.map((each) => ds * each), da, slopes, dz,
      dw: dz.map((each) => x.map((feature) => each * feature)),
      dx: HIDDEN.map((j) => dz[0] * w[0][j] + dz[1] * w[1][j]),
    };
  };

  const written = (value) => String(Number(value.toFixed(4))).replace("-", "−");
  const factor = (value) => (value < 0 ? `(${written(value)})` : written(value));
  const times = (...all) => all.map((each, i) => (i ? factor(each) : written(each))).join(" · ");

  // What each step computes, along which edges, and in words.
  const steps = ({ x1, x2, w11, v2 }, n) => [
    { says: "Features and weights are known" },
    { value: ["z1"], edges: ["x1_z1", "x2_z1"], says: `z₁ = ${times(w11, x1)} + ${times(W12, x2)} + 0 = ${written(n.z[0])}` },
    { value: ["z2"], edges: ["x1_z2", "x2_z2"], says: `z₂ = ${times(W2[0], x1)} + ${times(W2[1], x2)} + 0.25 = ${written(n.z[1])}` },
    { value: ["a1"], edges: ["z1_a1"], says: `a₁ = tanh ${factor(n.z[0])} = ${written(n.a[0])}` },
    { value: ["a2"], edges: ["z2_a2"], says: `a₂ = tanh ${factor(n.z[1])} = ${written(n.a[1])}` },
    { value: ["s"], edges: ["a1_s", "a2_s"], says: `s = ${times(V1, n.a[0])} + ${times(v2, n.a[1])} + 0.5 = ${written(n.s)}` },
    { value: ["p"], edges: ["s_p"], says: `p = sigmoid of ${written(n.s)} = ${written(n.p)}` },
    { value: ["L"], edges: ["p_L"], says: `L = −ln ${written(n.p)} = ${written(n.L)}` },
    { grad: ["L"], edges: [], says: "The loss moves with itself: its gradient is 1" },
    { grad: ["p"], edges: ["p_L"], says: `p: 1 · (−1/p) = ${written(n.dp)}` },
    { grad: ["s"], edges: ["s_p"], says: `s: gradient of p · p(1 − p) = ${times(n.dp, n.p * (1 - n.p))} = ${written(n.ds)}` },
    { grad: ["v1", "v2"], edges: ["a1_s", "a2_s"], says: `v₁, v₂: gradient of s · a = ${times(n.ds, n.a[0])} = ${written(n.dv[0])} and ${times(n.ds, n.a[1])} = ${written(n.dv[1])}` },
    { grad: ["a1", "a2"], edges: ["a1_s", "a2_s"], says: `a₁, a₂: gradient of s · v = ${times(n.ds, V1)} = ${written(n.da[0])} and ${times(n.ds, v2)} = ${written(n.da[1])}` },
    { grad: ["z1"], edges: ["z1_a1"], says: `z₁: gradient of a₁ · (1 − a₁²) = ${times(n.da[0], n.slopes[0])} = ${written(n.dz[0])}` },
    { grad: ["z2"], edges: ["z2_a2"], says: `z₂: gradient of a₂ · (1 − a₂²) = ${times(n.da[1], n.slopes[1])} = ${written(n.dz[1])}` },
    { grad: ["w11", "w12"], edges: ["x1_z1", "x2_z1"], says: `w₁₁, w₁₂: gradient of z₁ · x = ${times(n.dz[0], x1)} = ${written(n.dw[0][0])} and ${times(n.dz[0], x2)} = ${written(n.dw[0][1])}` },
    { grad: ["w21", "w22"], edges: ["x1_z2", "x2_z2"], says: `w₂₁, w₂₂: gradient of z₂ · x = ${times(n.dz[1], x1)} = ${written(n.dw[1][0])} and ${times(n.dz[1], x2)} = ${written(n.dw[1][1])}` },
    { grad: ["x1"], edges: ["x1_z1", "x1_z2"], says: `x₁, where two ways meet: ${times(n.dz[0], w11)} + ${times(n.dz[1], W2[0])} = ${written(n.dx[0])}` },
    { grad: ["x2"], edges: ["x2_z1", "x2_z2"], says: `x₂, where two ways meet: ${times(n.dz[0], W12)} + ${times(n.dz[1], W2[1])} = ${written(n.dx[1])}` },
    { says: "Every number has its value and its gradient" },
  ];

  const numbers = ({ x1, x2, w11, v2 }, n) => ({
    x1: [x1, n.dx[0]], x2: [x2, n.dx[1]], w11: [w11, n.dw[0][0]], w12: [W12, n.dw[0][1]],
    w21: [W2[0], n.dw[1][0]], w22: [W2[1], n.dw[1][1]], z1: [n.z[0], n.dz[0]], z2: [n.z[1], n.dz[1]],
    a1: [n.a[0], n.da[0]], a2: [n.a[1], n.da[1]], v1: [V1, n.dv[0]], v2: [v2, n.dv[1]],
    s: [n.s, n.ds], p: [n.p, n.dp], L: [n.L, 1],
  });
  const named = (name) => name.replaceAll("1", "₁").replaceAll("2", "₂");
  const plain = { x: (value) => value, y: (value) => value }; // places in the drawing itself

  moving.figure("worked_graph", {
    model,
    setup(drawing) {
      const places = {};
      for (const part of drawing.root.querySelectorAll('[data-part^="value_"], [data-part^="gradient_"]')) {
        const { x, y, width, height } = part.getBBox();
        places[part.dataset.part] = [x + width / 2, y + height / 2];
      }
      return places;
    },
    draw(drawing, given, found, places) {
      const all = steps(given, found), at = given.step, last = all.length - 1;
      const { value = [], grad = [], edges = [], says } = all[at];
      const known = all.slice(0, at + 1), color = value.length ? "c0" : "c1";
      const later = new Set(all.slice(at + 1).flatMap((each) => each.value ?? []));
      const graded = new Set(known.flatMap((each) => each.grad ?? []));
      for (const [name, [own, slope]] of Object.entries(numbers(given, found))) {
        const words = later.has(name) ? named(name) : `${named(name)} = ${written(own)}`;
        drawing.reword(`value_${name}`, words, ...places[`value_${name}`], { axes: plain, color: "c0" });
        const below = graded.has(name) ? written(slope) : "";
        drawing.reword(`gradient_${name}`, below, ...places[`gradient_${name}`], { axes: plain, color: "c1" });
        const node = drawing.part(`node_${name}`)?.querySelector("path");
        const now = [...value, ...grad].includes(name);
        node?.setAttribute("stroke", `var(--${now ? color : "faint"})`);
        node?.setAttribute("stroke-width", now ? 3 : 1.5);
      }
      for (const part of drawing.root.querySelectorAll('[data-part^="edge_"]')) {
        const lit = edges.includes(part.dataset.part.slice(5));
        part.classList.toggle("moving__lit", lit);
        for (const path of part.querySelectorAll("path")) {
          path.setAttribute("stroke", `var(--${lit ? color : "faint"})`);
          path.setAttribute("stroke-width", lit ? 4 : 1.5);
          if (path.getAttribute("fill") !== "none") path.setAttribute("fill", `var(--${lit ? color : "faint"})`);
        }
      }
      return `${at === 0 ? "Start" : at < 8 ? "Forward" : at < last ? "Backward" : "Done"}, step ${at} of ${last}. ${says}.`;
    },
  });
}
