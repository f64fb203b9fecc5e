// The inspection desk: scores of the study on rare defects, a threshold, and what the mistakes cost.
{
  const CRACK = 2, OTHERS = [0, 1, 3];
  const { thresholds, weights, ...counted } = moving.inspection_desk_record;
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
  const known = Object.fromEntries(Object.entries(counted).map(([welds, sets]) =>
    [welds, Object.fromEntries(sets.map((counts, k) => [weights[k], matrices(counts)]))]));

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

  const prices = ({ miss, false_call, again }) => [
    [0, again + false_call, again + false_call, again + false_call],
    [miss / 10, again, again, again],
    [miss, again, again, again],
    [miss / 10, again, again, again],
  ];
  const bill = (matrix, cost) =>
    (1000 * sum(matrix.map((row, i) => sum(row.map((count, j) => count * cost[i][j]))))) / sum(matrix.map(sum));

  const model = (given) => {
    const cost = prices(given), all = known[given.welds];
    const bills = Object.fromEntries(weights.map((w) => [w, all[w].map((each) => bill(each, cost))]));
    const best = (w) => bills[w].indexOf(Math.min(...bills[w]));
    const own = all[given.weight], matrix = own[given.threshold];
    const called = own.map((each) => sum(each.map((row) => row[CRACK])));
    const total = sum(matrix.map(sum)), cracks = sum(matrix[CRACK]), defects = total - sum(matrix[0]);
    const missed = matrix[CRACK][0], gone = sum(matrix.slice(1).map((row) => row[0]));
    const winner = weights.reduce((a, b) => (bills[b][best(b)] < bills[a][best(a)] ? b : a));
    return {
      matrix, cracks, missed, bills: bills[given.weight], never: bills[1].at(-1),
      cost: bills[given.weight][given.threshold], best: best(given.weight),
      winner, winnerAt: best(winner), least: bills[winner][best(winner)],
      recall: own.map((each) => each[CRACK][CRACK] / cracks),
      precision: own.map((each, at) => ratio(each[CRACK][CRACK], called[at])),
      others: own.map((each, at) => (called[at] - each[CRACK][CRACK]) / (total - cracks)),
      falseCalls: (sum(matrix[0]) - matrix[0][0]) / sum(matrix[0]),
      missedRate: missed / cracks, missedBound: bound(missed, cracks),
      allMissed: gone / defects, allBound: bound(gone, defects),
    };
  };

  const logs = thresholds.map((each) => Math.log10(Math.max(each, 1e-9)));
  const whole = (value) => Math.round(value).toLocaleString("en-US");
  const percent = (share) => `${moving.number(100 * share, 1)} %`;

  moving.figure("inspection_desk", {
    model,
    setup(drawing) {
      for (const row of [0, 1, 2, 3]) for (const column of [0, 1, 2, 3]) drawing.show(`cell${row}${column}`, false);
      for (const words of ["never", "here", "least"]) drawing.show(words, false);
    },
    draw(drawing, { threshold: at, weight, welds }, found) {
      const [matrix, price, roc, pr] = drawing.axes;
      const shown = drawing.form.elements.threshold;
      shown.nextElementSibling.textContent = String(thresholds[at]);
      shown.setAttribute("aria-valuetext", String(thresholds[at]));
      found.matrix.forEach((row, i) => row.forEach((count, j) =>
        drawing.text(`count${i}${j}`, whole(count), j, i, { axes: matrix })));
      const relative = found.bills.map((each) => ratio(each, found.never));
      for (const [name, axes, x, y] of [
        ["cost", price, logs, relative],
        ["roc", roc, found.others, found.recall],
        ["pr", pr, found.recall, found.precision],
      ]) {
        drawing.line(`${name}_curve`, x, y, axes);
        drawing.points(`${name}_point`, [x[at]], [y[at]], axes);
      }
      drawing.points("cheapest", [logs[found.best]], [relative[found.best]], price);
      for (const [name, words, y, color] of [
        ["never", `never crack: $${whole(found.never)}`, 1.05, "ink"],
        ["here", `here: $${whole(found.cost)}`, 0.24, "c1"],
        ["least", `cheapest: $${whole(found.bills[found.best])}`, 0.07, "c2"],
      ]) drawing.text(`${name}Now`, words, -2.93, y, { axes: price, anchor: "start", color, dy: 0 });
      return `On the ${welds} welds ${found.missed} of ${found.cracks} cracks go out as sound: ` +
        `${percent(found.missedRate)}, with 95 % confidence below ${percent(found.missedBound)}. ` +
        `Of all defects ${percent(found.allMissed)} go out, below ${percent(found.allBound)}. ` +
        `False calls on ${percent(found.falseCalls)} of the sound welds. ` +
        `Cost of 1,000 welds: $${whole(found.cost)}. ` +
        `Cheapest with this weight: threshold ${thresholds[found.best]}, $${whole(found.bills[found.best])}; ` +
        `of all: weight ${found.winner}, threshold ${thresholds[found.winnerAt]}, $${whole(found.least)}.`;
    },
  });
}
