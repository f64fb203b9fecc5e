// One activation: its value and its slope at a score, and the tangent there.
{
  const { sigmoid, softplus } = moving;
  const bell = (a) => { // 4 s(a) s(-a), which keeps its digits far out
    const q = Math.exp(-Math.abs(a));
    return (4 * q) / (1 + q) ** 2;
  };
  const FUNCTIONS = { // each with its derivative; at kinks as PyTorch has it
    relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
    leaky_relu: [(x) => Math.max(x, 0.01 * x), (x) => (x > 0 ? 1 : 0.01)],
    sigmoid: [sigmoid, (x) => bell(x) / 4],
    tanh: [Math.tanh, (x) => bell(2 * x)],
    softplus: [softplus, sigmoid],
    silu: [
      (x) => Math.max(x, 0) - Math.abs(x) * sigmoid(-Math.abs(x)),
      (x) => sigmoid(x) + (x * bell(x)) / 4,
    ],
    linear: [(x) => x, () => 1],
    hard_threshold: [(x) => (x >= 0 ? 1 : 0), () => 0],
  };
  const half = Array.from({ length: 200 }, (_, i) => 5 - (i * (5 - 1e-9)) / 199);
  const SCORES = [...half.map((x) => -x), NaN, ...half.reverse()]; // a jump is no slope

  const model = ({ activation, x }) => {
    const [value, slope] = FUNCTIONS[activation].map((each) => each(x));
    return { value, slope };
  };

  moving.figure("one_activation", {
    model,
    draw(drawing, { activation, x }, { value, slope }) {
      drawing.line("curve", SCORES, SCORES.map((each) => model({ activation, x: each }).value));
      const ends = [x - 1.5, x + 1.5];
      drawing.line("tangent", ends, ends.map((each) => value + slope * (each - x)));
      drawing.points("point", [x], [value]);
      const passes = slope === 0 ? "nothing passes back"
        : Math.abs(slope) < 0.05 ? "hardly anything passes back"
        : Math.abs(slope) < 0.5 ? "a part of the gradient passes back"
        : "most of the gradient passes back";
      return `${activation.replace("_", " ")} at ${moving.number(x, 1)}: output ` +
        `${moving.number(value, 3)}, slope ${moving.number(slope, 3)}; ${passes}.`;
    },
  });
}
