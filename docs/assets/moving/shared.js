// What all moving figures share. A figure's script calls moving.figure(name, { model, draw }): `model`
// turns the controls' values into numbers, which tests compare with nnref's; `draw` moves the parts of
// the drawing to them and returns a sentence. The drawing and the controls come from the build.
{
  const SVG = "http://www.w3.org/2000/svg";
  const drawings = {}, records = {};

  const number = (value, digits = 2) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "no number" : value > 0 ? "∞" : "−∞";
    const size = Math.abs(value);
    const far = size >= 1e5 || (size && size < 0.5 * 10 ** -digits);
    const text = far ? value.toExponential(1) : value.toFixed(digits);
    return text.replace(/^-(?=0\.?0*$)/, "").replaceAll("-", "−");
  };

  const whole = (value) => Math.round(value).toLocaleString("en-US");
  const dollars = (value) => `$${whole(value)}`;

  // From data to the drawing's points and back, for one axes.
  const scale = ({ x, y, left, right, top, bottom, log }) => {
    const up = log ? Math.log10 : (value) => value;
    const ends = y.map(up);
    const far = (value) => Math.max(-1e4, Math.min(1e4, value)); // finite, and far outside
    return {
      xlim: x, ylim: y,
      x: (value) => far(left + ((value - x[0]) / (x[1] - x[0])) * (right - left)),
      y: (value) => far(bottom + ((up(value) - ends[0]) / (ends[1] - ends[0])) * (top - bottom)),
      back: (h, v) => [
        x[0] + ((h - left) / (right - left)) * (x[1] - x[0]),
        y[0] + ((v - bottom) / (top - bottom)) * (y[1] - y[0]),
      ],
    };
  };

  const element = (name, attributes, parent) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent?.append(made);
    return made;
  };

  // A drawing in the page: its parts by the names that Python gave them, and how to move them.
  class Drawing {
    constructor(root, form, update) {
      Object.assign(this, { root, form, update });
      this.axes = JSON.parse(root.dataset.axes).map(scale);
    }
    part(name) {
      return this.root.querySelector(`[data-part="${name}"]`);
    }
    show(name, visible) {
      this.part(name).setAttribute("visibility", visible ? "visible" : "hidden");
    }
    // A line, or with `closed` an area, through points in data; NaN breaks it.
    line(name, xs, ys, axes = this.axes[0], closed = "") {
      let d = "", move = "M";
      for (let i = 0; i < xs.length; i++) {
        const x = axes.x(xs[i]), y = axes.y(ys[i]);
        if (Number.isNaN(x) || Number.isNaN(y)) { move = "M"; continue; }
        d += `${move}${x.toFixed(3)} ${y.toFixed(3)}`;
        move = "L";
      }
      this.part(name).querySelector("path").setAttribute("d", d ? d + closed : "M-9 -9");
    }
    // Markers, as many as there are points.
    points(name, xs, ys, axes = this.axes[0]) {
      const marks = [...this.part(name).querySelectorAll("use")];
      for (let i = marks.length; i < xs.length; i++) {
        marks.push(marks[0].cloneNode());
        marks[0].after(marks[i]);
      }
      marks.forEach((mark, i) => {
        const seen = i < xs.length && !Number.isNaN(xs[i] + ys[i]);
        mark.setAttribute("visibility", seen ? "visible" : "hidden");
        if (!seen) return;
        mark.setAttribute("x", axes.x(xs[i]).toFixed(3));
        mark.setAttribute("y", axes.y(ys[i]).toFixed(3));
      });
    }
    // Words at a place in data, in the place of those that Python drew; they keep their first look.
    text(name, words, x, y, { axes = this.axes[0], anchor = "middle", color = "ink", dx = 0, dy = 4 } = {}) {
      let made = this.part(name);
      if (made?.tagName !== "text") {
        const look = { "data-part": name, class: "moving__text", fill: `var(--${color})`, "text-anchor": anchor };
        this.clear(name); // words that Python drew as curves
        made = element("text", look, this.root);
      }
      made.textContent = words;
      made.setAttribute("x", (axes.x(x) + dx).toFixed(2));
      made.setAttribute("y", (axes.y(y) + dy).toFixed(2));
    }
    // What Python drew under a name makes room for what a script adds.
    clear(name) {
      for (const each of this.root.querySelectorAll(`[data-part="${name}"]`)) {
        this.root.append(...each.querySelectorAll("defs")); // letters that others use
        each.remove();
      }
    }
    add(name, tag, attributes, words = "") {
      const made = element(tag, { "data-part": name, ...attributes }, this.root);
      made.textContent = words;
    }
    // Words in the place of those that Python wrote, which stay as long as they say the same.
    reword(name, words, x, y, options) {
      this.first ??= {};
      const same = words === (this.first[name] ??= words);
      this.show(name, same);
      this.text(`${name}_now`, same ? "" : words, x, y, options);
    }
    // A part that is dragged, or moved with the arrow keys: it sets the two named inputs.
    handle(name, xName, yName, { axes = this.axes[0], label } = {}) {
      const inputs = [xName, yName].map((each) => this.form.elements[each]);
      const knob = element("circle", {
        class: "moving__handle", r: 24, tabindex: 0, role: "slider", "aria-label": label,
        "aria-valuemin": inputs[0].min, "aria-valuemax": inputs[0].max,
      }, this.root);
      const set = (values) => {
        inputs.forEach((input, i) => { input.value = values[i]; });
        this.update();
      };
      const place = ({ clientX, clientY }) => {
        const at = new DOMPoint(clientX, clientY).matrixTransform(this.root.getScreenCTM().inverse());
        return axes.back(at.x, at.y);
      };
      let away = null; // from the pointer to the place that it holds
      knob.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        event.preventDefault();
        knob.focus();
        knob.setPointerCapture(event.pointerId);
        const at = place(event);
        away = inputs.map((input, i) => input.valueAsNumber - at[i]);
      });
      knob.addEventListener("pointermove", (event) => {
        if (away) set(place(event).map((value, i) => value + away[i]));
      });
      for (const end of ["pointerup", "pointercancel"]) knob.addEventListener(end, () => { away = null; });
      const KEYS = {
        ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1],
        PageDown: [1, -10], PageUp: [1, 10], Home: [0, -1e6], End: [0, 1e6], // stops at the ends
      };
      knob.addEventListener("keydown", (event) => {
        const key = KEYS[event.key];
        if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        inputs[key[0]].stepUp(key[1] * (event.shiftKey ? 10 : 1));
        this.update();
      });
      return () => { // puts the handle where its inputs say
        const [x, y] = inputs.map((input) => input.valueAsNumber);
        knob.setAttribute("cx", axes.x(x).toFixed(2));
        knob.setAttribute("cy", axes.y(y).toFixed(2));
        knob.setAttribute("aria-valuenow", x);
        knob.setAttribute("aria-valuetext", `${inputs[0].ariaLabel} ${x}, ${inputs[1].ariaLabel} ${y}`);
        if (name) this.points(name, [x], [y], axes);
      };
    }
  }

  const values = (form) => Object.fromEntries(
    [...form.elements].filter((field) => field.name).map((field) =>
      [field.name, field.type === "range" ? field.valueAsNumber : field.value]),
  );

  // From where a slider is to its end, and from the end over again; at once for who wants no motion.
  // Returns what stops it before it has ended.
  const play = (field, update, ended) => {
    const [least, most] = [Number(field.min), Number(field.max)];
    const from = field.valueAsNumber < most ? field.valueAsNumber : least;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = performance.now();
    let next;
    const frame = (now) => {
      const share = still ? 1 : Math.max(0, Math.min(1, (now - start) / 2000));
      field.value = from + share * (most - from);
      update();
      if (share < 1) next = requestAnimationFrame(frame);
      else ended();
    };
    next = requestAnimationFrame(frame);
    return () => cancelAnimationFrame(next);
  };

  // A button that lets a slider run, until it is pressed again or the reader moves the slider.
  const player = (button, form, update) => {
    const field = form.elements[button.dataset.plays];
    let stop = null;
    const rest = () => {
      stop?.();
      stop = null;
      button.textContent = "Play";
    };
    button.addEventListener("click", () => {
      if (stop) return rest();
      button.textContent = "Stop";
      stop = play(field, update, rest);
    });
    field.addEventListener("input", rest);
    form.addEventListener("reset", rest);
  };

  const tell = (form) => {
    for (const field of form.querySelectorAll("input:not([hidden])")) {
      const digits = (field.step.split(".")[1] ?? "").length;
      const { unit } = field.dataset, value = number(field.valueAsNumber, digits);
      const text = unit === "$" ? dollars(field.valueAsNumber) : unit ? `${value} ${unit}` : value;
      field.nextElementSibling.textContent = text;
      field.setAttribute("aria-valuetext", text);
    }
  };

  // As nnref computes them.
  const sigmoid = (x) => {
    const q = Math.exp(Math.min(x, 40)); // from there on, q / (1 + q) rounds to 1
    return q / (1 + q);
  };
  const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

  window.moving = {
    number, whole, dollars, sigmoid, softplus,
    records, // of docs/data, by figure
    drawing(name, svg, record) {
      drawings[name] = svg;
      records[name] = record;
    },
    figure(name, { model, draw, setup = () => ({}) }) {
      moving[name] = { model };
      for (const figure of document.querySelectorAll(`[data-moving="${name}"]`)) {
        const form = figure.querySelector("form"), images = figure.querySelectorAll("img");
        const root = new DOMParser().parseFromString(drawings[name], "image/svg+xml").documentElement;
        for (const side of ["width", "height"]) root.setAttribute(side, images[0][side]);
        const look = { class: "moving__drawing", role: "group", "aria-label": images[0].alt };
        for (const [key, value] of Object.entries(look)) root.setAttribute(key, value);
        const update = () => {
          tell(form);
          const given = values(form), said = draw(drawing, given, model(given), own);
          const output = form.querySelector("output");
          if (output.textContent !== said) output.textContent = said;
        };
        const drawing = new Drawing(document.importNode(root, true), form, update);
        figure.prepend(drawing.root);
        figure.classList.add("moving");
        const own = setup(drawing); // what a figure makes once, such as its handles
        form.addEventListener("input", update);
        for (const button of form.querySelectorAll("[data-plays]"))
          player(button, form, update);
        form.addEventListener("submit", (event) => event.preventDefault());
        form.addEventListener("reset", () => setTimeout(update));
        update();
      }
    },
  };
}
