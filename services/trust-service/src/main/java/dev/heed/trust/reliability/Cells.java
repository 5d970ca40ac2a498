package dev.heed.trust.reliability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a rater may be: a grid of (sensitivity, specificity, pick), and named types as mixtures over
 * it. Two-coin raters: Dawid and Skene 1979; Raykar et al. 2010. {@code pick} is which items one
 * goes for.
 */
final class Cells {

  private static final double[] LEVELS = {.03, .2, .35, .5, .65, .8, .9, .97};
  private static final Map<Double, Double> HELP = Map.of(.65, .06, .8, .2, .9, .4, .97, .34);
  private static final Map<Double, Double> LIE = Map.of(.03, .25, .2, .55, .35, .2);

  /** Picks of cells that go by the truth where the classifier is wrong: bad items, good ones. */
  private static final int DEFIES_SAFE = 2;

  private static final int DEFIES_UNSAFE = -2;
  private static final int DEFIES_BOTH = 3;

  /** Says what the classifier says, on items that were sought out because it errs there. */
  private static final int ECHOES = 4;

  /**
   * How often the classifier errs where it is echoed: others who do so are honest half the time.
   */
  private static final double ECHOED_WRONGLY = .6;

  /** How often a good helper is right, whom an echo looks like; {@code HELP} has .89 on average. */
  private static final double HELPS = .92;

  /**
   * P(label 1 | bad), P(label 0 | good), and -1, 0, 1: picks good items, any, bad ones; 2, -2: bad
   * or good ones whatever the classifier says; 3: what the classifier takes for the other; 4: the
   * same, and says what the classifier says.
   */
  private record Cell(double sensitivity, double specificity, int pick) {}

  /** Type shares before anything is known. */
  final double[] initialShares;

  /** P(cell | type), [type][cell]. */
  final double[][] types;

  /** Balanced accuracy by cell. */
  final double[] score;

  /** What an event says that says nothing: [z][cell]. */
  final double[][] nothing;

  /** r_z P(label | z, cell): [has prior][label][z = bad 0, good 1][cell]. */
  private final double[][][][] tables;

  private final int[] picks;
  private final boolean defiance;
  private final double pick;

  Cells(Params params) {
    Map<String, Map<Cell, Double>> named = named();
    defiance = params.defiant() > 0;
    pick = params.pick();
    if (defiance) {
      double right = 1 - ECHOED_WRONGLY;
      named.put("defiant_liar", defiant(.03, new Cell(right, right, ECHOES)));
      named.put("defiant_honest", defiant(.97, new Cell(.97, .97, DEFIES_BOTH)));
    }
    TreeSet<Cell> grid =
        new TreeSet<>(
            Comparator.comparingDouble(Cell::sensitivity)
                .thenComparingDouble(Cell::specificity)
                .thenComparingInt(Cell::pick));
    named.values().forEach(mass -> grid.addAll(mass.keySet()));
    List<Cell> cells = new ArrayList<>(grid);
    initialShares = shares(params.defiant());
    picks = cells.stream().mapToInt(Cell::pick).toArray();
    types = new double[named.size()][cells.size()];
    int type = 0;
    for (Map<Cell, Double> mass : named.values()) {
      double sum = mass.values().stream().mapToDouble(Double::doubleValue).sum();
      for (int c = 0; c < cells.size(); c++) {
        types[type][c] = mass.getOrDefault(cells.get(c), 0.0) / sum;
      }
      type++;
    }
    score = new double[cells.size()];
    nothing = Vectors.nothing(cells.size());
    tables = new double[2][2][2][cells.size()];
    for (int c = 0; c < cells.size(); c++) {
      fill(c, cells.get(c), params);
    }
  }

  /** P(the rater is one who goes for what the classifier gets wrong). */
  double defiance(double[] belief) {
    double sum = 0;
    for (int c = 0; c < picks.length; c++) {
      sum += Math.abs(picks[c]) > 1 ? belief[c] : 0;
    }
    return sum;
  }

  private static double[] shares(double defiant) {
    double[] shares = {.56, .08, .12, .07, .07, .04, .02, .04};
    if (defiant == 0) {
      return shares;
    }
    double[] all = Arrays.copyOf(shares, shares.length + 2);
    for (int i = 0; i < shares.length; i++) {
      all[i] *= 1 - 2 * defiant;
    }
    all[shares.length] = defiant;
    all[shares.length + 1] = defiant;
    return all;
  }

  private void fill(int c, Cell cell, Params params) {
    score[c] = (cell.sensitivity() + cell.specificity()) / 2;
    double base = params.baseRate();
    double bad =
        switch (cell.pick()) {
          case 1 -> params.pick();
          case -1 -> 1 - params.pick();
          default -> base; // the defiant depend on the item
        };
    double ratioBad = bad / base;
    double ratioGood = (1 - bad) / (1 - base);
    double[] saysBad = {cell.sensitivity(), 1 - cell.specificity()};
    for (int label = 0; label < 2; label++) {
      for (int z = 0; z < 2; z++) {
        double likelihood = label == 1 ? saysBad[z] : 1 - saysBad[z];
        tables[0][label][z][c] = likelihood;
        tables[1][label][z][c] = (z == 0 ? ratioBad : ratioGood) * likelihood;
      }
    }
  }

  private static Map<String, Map<Cell, Double>> named() {
    Map<String, Map<Cell, Double>> named = new LinkedHashMap<>();
    named.put("helper", product(HELP));
    named.put(
        "lazy",
        Map.of(new Cell(.5, .5, 0), .7, new Cell(.35, .65, 0), .15, new Cell(.65, .35, 0), .15));
    named.put("liar", product(LIE));
    named.put("always_safe", Map.of(new Cell(.03, .97, 0), .8, new Cell(.2, .8, 0), .2));
    named.put("always_unsafe", Map.of(new Cell(.97, .03, 0), .8, new Cell(.8, .2, 0), .2));
    named.put("gaslight", Map.of(new Cell(.03, .97, 1), .8, new Cell(.2, .8, 1), .2));
    Map<Cell, Double> picky = new HashMap<>();
    for (double level : new double[] {.9, .97}) {
      picky.put(new Cell(level, level, 1), .25);
      picky.put(new Cell(level, level, -1), .25);
    }
    named.put("honest_picky", picky);
    Map<Cell, Double> anything = new HashMap<>();
    for (double a : LEVELS) {
      for (double b : LEVELS) {
        anything.put(new Cell(a, b, 0), 1 / 64.0);
      }
    }
    named.put("anything", anything);
    return named;
  }

  /** Those who say what the classifier says where it is wrong, or who say what is true there. */
  private static Map<Cell, Double> defiant(double right, Cell both) {
    return Map.of(
        new Cell(right, .97, DEFIES_SAFE), .35, new Cell(.97, right, DEFIES_UNSAFE), .25, both, .4);
  }

  private static Map<Cell, Double> product(Map<Double, Double> mass) {
    Map<Cell, Double> cells = new HashMap<>();
    mass.forEach((a, p) -> mass.forEach((b, q) -> cells.put(new Cell(a, b, 0), p * q)));
    return cells;
  }

  int size() {
    return score.length;
  }

  /**
   * r_z P(label | z, cell), [z][cell]. For cells that go by the truth r_z = P(z | cell) / P(z by
   * the classifier): on their items the classifier's word is worth nothing, and a review that finds
   * it wrong speaks for them.
   *
   * @param anchor the classifier's log-odds of bad for the item
   */
  double[][] table(boolean hasPrior, int label, double anchor) {
    double[][] table = tables[hasPrior ? 1 : 0][label];
    if (!defiance || !hasPrior) {
      return table;
    }
    double p = 1 / (1 + Math.exp(-anchor));
    double[][] own = {table[0].clone(), table[1].clone()};
    for (int c = 0; c < picks.length; c++) {
      if (picks[c] == ECHOES) {
        echo(own, c, label, p);
      } else if (Math.abs(picks[c]) > 1) {
        boolean goesForBad = picks[c] == DEFIES_BOTH ? anchor < 0 : picks[c] == DEFIES_SAFE;
        double bad = goesForBad ? pick : 1 - pick;
        own[0][c] *= bad / p;
        own[1][c] *= (1 - bad) / (1 - p);
      }
    }
    return own;
  }

  /**
   * An echo agrees with the classifier exactly as often as one who helps: nothing but a review
   * tells the two apart. Were it to agree more often, as who always lies where the classifier errs
   * does, then the worse the classifier is found to be, the more would honest raters look like it.
   *
   * @param p P(bad) by the classifier
   */
  private static void echo(double[][] own, int c, int label, double p) {
    double said = label == 1 ? p : 1 - p;
    double often = said * HELPS + (1 - said) * (1 - HELPS);
    double bad = p < .5 ? ECHOED_WRONGLY : 1 - ECHOED_WRONGLY;
    own[0][c] = often * bad / p;
    own[1][c] = often * (1 - bad) / (1 - p);
  }
}
