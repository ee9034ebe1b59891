// The measures that are computed while somebody draws; tests hold them against seglib.
(function () {
  "use strict";
  function sum(list) { return list.reduce(function (total, value) { return total + value; }, 0); }

  // D of one group against another, from persons by unit; null where a group has no members.
  function dissimilarity(ours, theirs) {
    var all = sum(ours), others = sum(theirs);
    if (!all || !others) { return null; }
    return sum(ours.map(function (persons, unit) { return Math.abs(persons / all - theirs[unit] / others); })) / 2;
  }

  // Chance that somebody in the unit of a member of our group, anyone at random, is one of theirs.
  function exposure(ours, theirs, totals) {
    var all = sum(ours);
    if (!all) { return null; }
    return sum(ours.map(function (persons, unit) { return persons ? persons / all * theirs[unit] / totals[unit] : 0; }));
  }

  function isolation(ours, totals) { return exposure(ours, ours, totals); }

  // Persons by larger area, from persons by unit and the place of the area of each unit.
  function merge(persons, areas) {
    var merged = [];
    areas.forEach(function (area, unit) { merged[area] = (merged[area] || 0) + persons[unit]; });
    for (var area = 0; area < merged.length; area += 1) { merged[area] = merged[area] || 0; }
    return merged;
  }

  Training.measures = {sum: sum, dissimilarity: dissimilarity, exposure: exposure, isolation: isolation, merge: merge};
})();
