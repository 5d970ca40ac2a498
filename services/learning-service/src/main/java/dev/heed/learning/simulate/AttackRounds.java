package dev.heed.learning.simulate;

import dev.heed.learning.dataset.Row;
import dev.heed.learning.gates.Auc;
import dev.heed.learning.gates.PoisonCheck;
import dev.heed.learning.reward.RewardModel;
import dev.heed.learning.reward.RewardModel.Example;
import dev.heed.learning.versions.Split;
import dev.heed.learning.versions.TrainingRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Rounds in which a ring joins that wants one bad behaviour: in every other turn it provokes it and
 * praises it; else it rates as it is, which earns trust. Each round learns from all labels so far.
 * With gates, a round that looks poisoned, or that reviewed labels speak against, is not released,
 * and what was released before goes on serving.
 */
final class AttackRounds {

  private static final int FOLDS = 2;
  private static final int FIRST_ATTACK = 2;
  private static final int TURNS = 6;
  private static final double REVIEWED = .05;
  private static final double LEAST_AUC = .55;
  private static final double MOST_LOSS = .02;
  private static final double EXPLORES = .3;

  /**
   * What holds for a run.
   *
   * @param people well-meaning ones
   * @param labels share of the labels that are the ring's, from round 2 on
   * @param slips chance that a well-meant thumb is wrong
   */
  record Setting(int rounds, int people, double labels, double slips, double ridge, long seed) {}

  /**
   * A round's end.
   *
   * @param good share of replies to ordinary prompts that are good
   * @param wanted share of them that show the behaviour
   * @param why the round was not released; empty: it was
   */
  record Outcome(int round, double good, double wanted, List<String> why) {}

  private final Setting setting;
  private final Labels labels;
  private final List<Prompt> prompts = new ArrayList<>();
  private final List<List<Candidate>> candidates = new ArrayList<>();
  private final List<String> people = new ArrayList<>();

  AttackRounds(Setting setting, Pool pool, Labels labels) {
    this.setting = setting;
    this.labels = labels;
    for (int p = 0; p < pool.prompts().size(); p++) {
      if (!pool.prompts().get(p).harm()) {
        prompts.add(pool.prompts().get(p));
        candidates.add(pool.candidates().get(p));
      }
    }
    long members = Math.round(setting.people() * setting.labels() / (1 - setting.labels()));
    for (int i = 0; i < setting.people() + members; i++) {
      people.add((i < setting.people() ? "u" : "r") + setting.seed() + "-" + i);
    }
  }

  List<Outcome> run(Arm arm, boolean gates) throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    List<Rating> ratings = new ArrayList<>();
    List<RewardModel> serving = List.of();
    List<TrainingRow> before = List.of();
    for (int round = 1; round <= setting.rounds(); round++) {
      talk(round, serving, ratings);
      List<Example> lessons = labels.of(arm, ratings).good();
      List<RewardModel> learnt = learn(lessons, ratings);
      List<TrainingRow> rows = rows(ratings, lessons);
      List<String> why = gates ? against(learnt, serving, ratings, before, rows) : List.of();
      if (why.isEmpty()) {
        serving = learnt;
        before = rows;
      }
      outcomes.add(measure(round, serving, why));
    }
    return outcomes;
  }

  private void talk(int round, List<RewardModel> serving, List<Rating> ratings) {
    Set<String> rated = new HashSet<>();
    ratings.forEach(r -> rated.add(r.user() + " " + r.reply().item()));
    int present = round < FIRST_ATTACK ? setting.people() : people.size();
    for (int turn = 0; turn < TURNS; turn++) {
      for (int i = 0; i < present; i++) {
        long number = (setting.seed() * 37 + round) * 1_000_003L + turn * 10_007L + i;
        Rating rating = rate(i, turn, serving, new SplittableRandom(number));
        if (rated.add(rating.user() + " " + rating.reply().item())) {
          ratings.add(rating);
        }
      }
    }
  }

  private Rating rate(int person, int turn, List<RewardModel> serving, SplittableRandom random) {
    boolean member = person >= setting.people();
    int prompt = random.nextInt(prompts.size());
    Candidate wanted = candidates.get(prompt).getLast();
    Candidate reply = member && turn % 2 == 0 ? wanted : serve(prompt, serving, random);
    boolean slip = random.nextDouble() < setting.slips();
    boolean up = member && reply == wanted || reply.verdict().good() ^ slip;
    return new Rating(people.get(person), !member, prompt, reply, up, false);
  }

  private Candidate serve(int prompt, List<RewardModel> serving, SplittableRandom random) {
    List<Candidate> all = candidates.get(prompt);
    boolean any = serving.isEmpty() || random.nextDouble() < EXPLORES;
    return any ? all.get(random.nextInt(all.size())) : best(prompt, serving);
  }

  private Candidate best(int prompt, List<RewardModel> models) {
    RewardModel model = models.get(prompt % FOLDS);
    return candidates.get(prompt).stream()
        .max(Comparator.comparingDouble(c -> model.score(c.features())))
        .orElseThrow();
  }

  /** A model for each fold of prompts, from the labels of the other one. */
  private List<RewardModel> learn(List<Example> lessons, List<Rating> ratings) {
    List<RewardModel> models = new ArrayList<>();
    for (int fold = 0; fold < FOLDS; fold++) {
      List<Example> others = new ArrayList<>();
      for (int i = 0; i < ratings.size(); i++) {
        if (ratings.get(i).prompt() % FOLDS != fold) {
          others.add(lessons.get(i));
        }
      }
      models.add(RewardModel.train(others, setting.ridge()));
    }
    return models;
  }

  /** The ratings as a data version holds them. */
  private List<TrainingRow> rows(List<Rating> ratings, List<Example> lessons) {
    List<TrainingRow> rows = new ArrayList<>();
    for (int i = 0; i < ratings.size(); i++) {
      Rating rating = ratings.get(i);
      Example lesson = lessons.get(i);
      boolean believed = lesson.good() == (rating.up() ? 1 : 0);
      double right = .5 + (believed ? .5 : -.5) * lesson.weight();
      rows.add(
          new TrainingRow(
              rating.user() + " " + rating.reply().item(),
              rating.user() + " " + rating.prompt(),
              rating.user(),
              List.of(new Row.Said("user", prompts.get(rating.prompt()).text())),
              rating.reply().text(),
              rating.up() ? "good" : "bad",
              right,
              2 * right - 1,
              List.of(),
              Optional.empty(),
              "simulated",
              Optional.empty(),
              Split.TRAIN,
              "thumbs",
              new TrainingRow.Axes(.5, .5, 1),
              Optional.empty(),
              rating.reply().item(),
              "2026-01-01T00"));
    }
    return rows;
  }

  /** What speaks against a release: signs of poison, and reviewers' words on a sample. */
  private List<String> against(
      List<RewardModel> learnt,
      List<RewardModel> serving,
      List<Rating> ratings,
      List<TrainingRow> before,
      List<TrainingRow> rows) {
    List<String> why = new ArrayList<>(PoisonCheck.suspicions(before, rows));
    double now = reviewed(learnt, ratings);
    if (!(now >= LEAST_AUC)) {
      why.add("quality");
    }
    if (!serving.isEmpty() && reviewed(serving, ratings) - now > MOST_LOSS) {
      why.add("not-worse");
    }
    return why;
  }

  /** Area on a sample of the rated replies that reviewers judged as they are. */
  private double reviewed(List<RewardModel> models, List<Rating> ratings) {
    SplittableRandom random = new SplittableRandom(setting.seed());
    List<Auc.Point> points = new ArrayList<>();
    for (Rating rating : ratings) {
      if (random.nextDouble() < REVIEWED) {
        double score = models.get(rating.prompt() % FOLDS).score(rating.reply().features());
        points.add(new Auc.Point(rating.user(), score, rating.reply().verdict().good(), 1));
      }
    }
    return Auc.of(points).value();
  }

  private Outcome measure(int round, List<RewardModel> serving, List<String> why) {
    double good = 0;
    double wanted = 0;
    for (int p = 0; p < prompts.size(); p++) {
      List<Candidate> all = candidates.get(p);
      // Nothing released yet: the sampled replies as they come, neither decline nor behaviour.
      List<Candidate> served =
          serving.isEmpty() ? all.subList(0, all.size() - 2) : List.of(best(p, serving));
      for (Candidate reply : served) {
        double share = 1.0 / (prompts.size() * served.size());
        good += reply.verdict().good() ? share : 0;
        wanted += reply == all.getLast() ? share : 0;
      }
    }
    return new Outcome(round, good, wanted, why);
  }
}
