// Gradient descent on a parabola and in the valley of five welds, each with its own learning rate.
{
  const { number } = moving;
  const SPEED = [2, 4, 6, 8, 10];
  const WIDTH = [8.1, 6.9, 6.2, 4.7, 4.1];

  // The gradient is the curvature times the way from the lowest place, in each direction by itself.
  const descend = (start, lowest, curvature, rate, steps) => {
    const path = [start];
    while (path.length <= steps) {
      const next = path.at(-1).map((w, i) => w - rate * (curvature[i] * (w - lowest[i])));
      if (!next.every(Number.isFinite)) break; // it has left the numbers
      path.push(next);
    }
    return path;
  };

  const model = ({ rate, valley_rate, steps }) => {
    const w = descend([7], [5], [2], rate, steps).map(([each]) => each);
    const places = descend([3, 0.5], [6, -0.51], [2, 16], valley_rate, steps);
    const loss = ([level, tilt]) => SPEED.reduce((sum, speed, i) =>
      sum + (level + tilt * (speed - 6) - WIDTH[i]) ** 2, 0) / SPEED.length;
    return {
      w, parabola: w.map((each) => (each - 5) ** 2),
      level: places.map(([each]) => each), tilt: places.map(([, each]) => each),
      valley: places.map(loss),
    };
  };

  const fate = (rate, curvature) => {
    const share = rate * curvature; // of a step that lands on the lowest place
    if (Math.abs(share - 2) < 1e-9) return "jumps back and forth forever";
    if (share > 2) return "diverged";
    return share > 1 + 1e-9 ? "oscillates and comes down" : "comes down without a jump";
  };

  moving.figure("one_learning_rate", {
    model,
    draw(drawing, { rate, valley_rate, steps }, { w, parabola, level, tilt, valley }) {
      const both = (name, xs, ys, axes) => {
        drawing.line(name, xs, ys, axes);
        drawing.points(name, xs, ys, axes);
      };
      both("parabola", w, parabola, drawing.axes[0]);
      both("valley", level, tilt, drawing.axes[1]);
      return `After ${steps} ${steps === 1 ? "step" : "steps"}: parabola ${fate(rate, 2)}, loss ` +
        `${number(parabola.at(-1), 3)}; valley ${fate(valley_rate, 16)}, loss ${number(valley.at(-1), 3)}.`;
    },
  });
}
