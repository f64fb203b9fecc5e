// How large the numbers are in each of 30 layers of 32 units, for 8 examples.
{
  const { number } = moving;
  const [EXAMPLES, WIDTH, DEPTH] = [8, 32, 30];
  const ACTIVATIONS = { relu: (x) => Math.max(x, 0), tanh: Math.tanh };

  // Numbers of variance 1, by the same rule as in Python.
  let state = 1;
  const units = (count) => Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return Math.sqrt(3) * ((2 * state) / 2147483647 - 1);
  });
  const INPUTS = units(EXAMPLES * WIDTH);
  const WEIGHTS = Array.from({ length: DEPTH }, () => units(WIDTH * WIDTH));

  const deviation = (x) => {
    const mean = x.reduce((sum, each) => sum + each, 0) / x.length;
    return Math.sqrt(x.reduce((sum, each) => sum + (each - mean) ** 2, 0) / x.length);
  };

  const model = ({ activation, scale }) => {
    const bend = ACTIVATIONS[activation], factor = scale / Math.sqrt(WIDTH);
    const spread = Array(DEPTH).fill(Infinity); // from where a number overflows
    let x = INPUTS;
    for (let layer = 0; layer < DEPTH; layer++) {
      const next = new Float64Array(x.length), w = WEIGHTS[layer];
      for (let from = 0; from < x.length; from += WIDTH)
        for (let unit = 0; unit < WIDTH; unit++) {
          let sum = 0;
          for (let i = 0; i < WIDTH; i++) sum += x[from + i] * w[unit * WIDTH + i];
          next[from + unit] = bend(sum * factor);
        }
      x = next;
      const now = deviation(x);
      if (!Number.isFinite(now)) break;
      spread[layer] = now;
    }
    return { spread };
  };

  moving.figure("one_scale", {
    model,
    draw(drawing, { activation, scale }, { spread }) {
      const layers = spread.map((_, i) => i + 1);
      drawing.line("spread", layers, spread);
      drawing.points("spread", layers, spread);
      const kept = spread.at(-1) / spread[0]; // what 29 layers make of the first
      const fate = kept < 0.01 ? "the signal vanishes" : kept > 100 ? "the signal explodes" : "the signal stays alive";
      return `${activation} with ${number(scale, 2)} / √n: ${number(spread[0])} after the first layer, ` +
        `${number(spread.at(-1))} after the last; ${fate}.`;
    },
  });
}
