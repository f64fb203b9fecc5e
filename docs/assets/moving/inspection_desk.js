// The inspection desk: scores of the study on rare defects, a threshold, and what the mistakes cost.
{
  const CRACK = 2, OTHERS = [0, 1, 3];
  const { thresholds, weights, ...counted } = moving.records.inspection_desk;
  const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
  const ratio = (part, whole) => (whole ? part / whole : NaN);

  // Confusion matrices, one for each threshold: below it a weld is called the likeliest other class.
  const matrices = (counts) => {
    const called = counts.map((row) => row.map(sum));
    const below = counts.map((row) => row.map(() => 0));
    return thresholds.map((_, at) => counts.map((row, is) => {
      const cells = [0, 0, 0, 0];
      row.forEach((bins, k) => {
        cells[OTHERS[k]] = below[is][k];
        cells[CRACK] += called[is][k] - below[is][k];
        below[is][k] += bins[at];
      });
      return cells;
    }));
  };
  // What ROC and precision–recall curves show at each threshold.
  const curves = (found) => {
    const cracks = sum(found[0][CRACK]), total = sum(found[0].map(sum));
    return found.map((matrix) => {
      const hits = matrix[CRACK][CRACK], called = sum(matrix.map((row) => row[CRACK]));
      return { recall: hits / cracks, precision: ratio(hits, called), others: (called - hits) / (total - cracks) };
    });
  };

  const known = Object.fromEntries(Object.entries(counted).map(([welds, sets]) =>
    [welds, Object.fromEntries(sets.map((counts, k) => {
      const found = matrices(counts);
      return [weights[k], { found, curves: curves(found) }];
    }))]));

  // The largest rate under which so few misses still have a probability of 1 - confidence.
  const bound = (missed, total, confidence = 0.95) => {
    const choose = [0];
    for (let i = 1; i <= missed; i++) choose.push(choose[i - 1] + Math.log((total - i + 1) / i));
    let low = 0, high = 1;
    for (;;) {
      const rate = (low + high) / 2;
      if (!(low < rate && rate < high)) return high;
      const log = Math.log(rate), rest = Math.log1p(-rate);
      const chance = sum(choose.map((each, i) => Math.exp(each + i * log + (total - i) * rest)));
      if (chance > 1 - confidence) low = rate;
      else high = rate;
    }
  };

  // Dollars for 1,000 welds: second looks, false calls, and what goes out as sound.
  const bill = (matrix, { miss, again, false_call }) => {
    const total = sum(matrix.map(sum)), called = sum(matrix[0].slice(1));
    const looked = sum(matrix.map((row) => sum(row.slice(1))));
    const lost = matrix[CRACK][0] + (matrix[1][0] + matrix[3][0]) / 10;
    return (1000 / total) * (again * looked + false_call * called + miss * lost);
  };

  const bills = (given, weight) => known[given.welds][weight].found.map((matrix) => bill(matrix, given));
  const cheapest = (all) => all.indexOf(Math.min(...all));

  const model = (given) => {
    const { found, curves } = known[given.welds][given.weight];
    const at = Math.max(0, Math.min(thresholds.length - 1, Math.round(given.threshold)));
    const matrix = found[at], all = Object.fromEntries(weights.map((w) => [w, bills(given, w)]));
    const best = Object.fromEntries(weights.map((w) => [w, cheapest(all[w])]));
    const winner = weights.reduce((a, b) => (all[b][best[b]] < all[a][best[a]] ? b : a));
    const cracks = sum(matrix[CRACK]), defects = sum(matrix.slice(1).map(sum));
    const missed = matrix[CRACK][0], gone = sum(matrix.slice(1).map((row) => row[0]));
    return {
      matrix, cracks, missed, missedRate: missed / cracks, missedBound: bound(missed, cracks),
      allMissed: gone / defects, allBound: bound(gone, defects),
      falseCalls: sum(matrix[0].slice(1)) / sum(matrix[0]), ...curves[at],
      cost: all[given.weight][at], never: all[1].at(-1),
      best: best[given.weight], least: all[given.weight][best[given.weight]],
      winner, winnerAt: best[winner], leastOfAll: all[winner][best[winner]],
    };
  };

  const logs = thresholds.map((each) => Math.log10(Math.max(each, 1e-9)));
  const percent = (share) => `${moving.number(100 * share, 1)} %`;

  moving.figure("inspection_desk", {
    model,
    draw(drawing, given, found) {
      const { threshold: at, weight, welds } = given;
      const [matrix, price, roc, pr] = drawing.axes;
      const shown = drawing.form.elements.threshold;
      shown.nextElementSibling.textContent = String(thresholds[at]);
      shown.setAttribute("aria-valuetext", String(thresholds[at]));
      found.matrix.forEach((row, i) => row.forEach((count, j) =>
        drawing.reword(`cell${i}${j}`, moving.whole(count), j, i, { axes: matrix })));
      const relative = bills(given, weight).map((each) => ratio(each, found.never));
      const of = (name) => known[welds][weight].curves.map((each) => each[name]);
      for (const [name, axes, x, y] of [
        ["cost", price, logs, relative],
        ["roc", roc, of("others"), of("recall")],
        ["pr", pr, of("recall"), of("precision")],
      ]) {
        drawing.line(`${name}_curve`, x, y, axes);
        drawing.points(`${name}_point`, [x[at]], [y[at]], axes);
      }
      const choosing = welds === "validation"; // who chose on test welds would report a lucky number
      drawing.points("cheapest", [choosing ? logs[found.best] : NaN], [relative[found.best]], price);
      for (const [name, words, y, color] of [
        ["never", `never crack: ${moving.dollars(found.never)}`, 1.25, "ink"],
        ["here", `here: ${moving.dollars(found.cost)}`, 0.24, "c1"],
        ["least", choosing ? `cheapest: ${moving.dollars(found.least)}` : "", 0.07, "c2"],
      ]) drawing.reword(name, words, 0, y, { axes: price, anchor: "end", color, dy: 0 });
      return `${found.missed} of ${found.cracks} cracks go out as sound: ${percent(found.missedRate)}, with ` +
        `95 % confidence below ${percent(found.missedBound)}. Of all defects ${percent(found.allMissed)}, below ` +
        `${percent(found.allBound)}. False calls on ${percent(found.falseCalls)} of the sound welds. ` +
        `${Number.isNaN(found.precision) ? "No weld is called a crack, so there is no precision. " : ""}` +
        `1,000 welds cost ${moving.dollars(found.cost)}. ${choosing ?
          `Cheapest with this network: threshold ${thresholds[found.best]}, ${moving.dollars(found.least)}; with any: ` +
          `weight ${found.winner}, threshold ${thresholds[found.winnerAt]}, ${moving.dollars(found.leastOfAll)}.` :
          "Nothing is chosen on test welds, so the cheapest setting is not shown."}`;
    },
  });
}
