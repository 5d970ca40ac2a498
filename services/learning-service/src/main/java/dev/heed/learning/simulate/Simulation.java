package dev.heed.learning.simulate;

import dev.heed.learning.reward.RewardModel;
import dev.heed.learning.reward.RewardModel.Example;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Rounds of people who talk and rate, and of learning from it. Prompts fall into two folds; a
 * prompt is only ever served by the reward model that learnt from the other fold, so each reply
 * that is rated or counted is one to an unseen conversation.
 */
final class Simulation {

  private static final int FOLDS = 2;
  private static final double EXPLORES = .3;
  private static final int TRIES = 20;

  /**
   * What holds for a whole run.
   *
   * @param adversarial share of people, [0, 1]
   * @param slips chance that a well-meant thumb is wrong
   * @param ridge of the reward models
   * @param harmCost what a reply that is surely rude loses against one that is surely good
   */
  record Setting(
      Scale scale,
      int rounds,
      double adversarial,
      double slips,
      double ridge,
      double harmCost,
      long seed) {}

  /** What an arm has learnt: P(good), P(rude), and what is served by them. */
  private record Learnt(RewardModel good, Optional<RewardModel> rude) {
    double worth(Candidate candidate, double harmCost) {
      double harm = rude.map(model -> model.score(candidate.features())).orElse(0.0);
      return good.score(candidate.features()) - harmCost * harm;
    }
  }

  /** Shares of 1. */
  record Outcome(Arm arm, int round, double good, double inappropriate) {}

  /** A simulated person. */
  private record Person(String name, Kind kind) {}

  private final Setting setting;
  private final Pool pool;
  private final Labels labels;
  private final List<Person> people = new ArrayList<>();
  private final List<Integer> ordinary = new ArrayList<>();
  private final List<Integer> harmful = new ArrayList<>();

  Simulation(Setting setting, Pool pool, Labels labels) {
    this.setting = setting;
    this.pool = pool;
    this.labels = labels;
    int adversaries = (int) Math.round(setting.adversarial() * setting.scale().people());
    for (int i = 0; i < setting.scale().people(); i++) {
      Kind kind = i < adversaries ? Kind.adversary(i) : Kind.STANDARD;
      people.add(new Person("u" + setting.seed() + "-" + i, kind));
    }
    java.util.Collections.shuffle(people, new java.util.Random(setting.seed()));
    for (int p = 0; p < pool.prompts().size(); p++) {
      (pool.prompts().get(p).harm() ? harmful : ordinary).add(p);
    }
  }

  /** All rounds of one arm, the first being 1. */
  List<Outcome> run(Arm arm) throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    List<Rating> ratings = new ArrayList<>();
    List<Learnt> models = List.of();
    for (int round = 1; round <= setting.rounds(); round++) {
      if (arm != Arm.NONE) {
        talk(round, models, ratings);
        models = learn(arm, ratings);
      }
      outcomes.add(measure(arm, round, models));
    }
    return outcomes;
  }

  private void talk(int round, List<Learnt> models, List<Rating> ratings) {
    Set<String> rated = new HashSet<>();
    ratings.forEach(r -> rated.add(r.user() + " " + r.reply().item()));
    for (int turn = 0; turn < setting.scale().ratings(); turn++) {
      for (int i = 0; i < people.size(); i++) {
        long number = (setting.seed() * 31 + round) * 1_000_003L + turn * 10_007L + i;
        var random = new SplittableRandom(number);
        rate(people.get(i), round, models, rated, random).ifPresent(ratings::add);
      }
    }
  }

  private Optional<Rating> rate(
      Person person, int round, List<Learnt> models, Set<String> rated, SplittableRandom random) {
    for (int i = 0; i < TRIES; i++) {
      int prompt = ask(person.kind(), round, random);
      Candidate reply = serve(prompt, models, random);
      double slips = setting.slips();
      boolean up = person.kind().thumbUp(reply.verdict(), round, slips, random);
      // Drawn apart, so that thumbs are the same whether reasons are learnt from or not.
      String name = setting.seed() + " " + person.name() + " " + reply.item();
      var reasons = new SplittableRandom(name.hashCode());
      boolean rude = !up && person.kind().saysRude(reply.verdict(), round, slips, reasons);
      if (rated.add(person.name() + " " + reply.item())) {
        boolean honest = person.kind() == Kind.STANDARD;
        return Optional.of(new Rating(person.name(), honest, prompt, reply, up, rude));
      }
    }
    return Optional.empty();
  }

  private int ask(Kind kind, int round, SplittableRandom random) {
    boolean harm = random.nextDouble() < kind.asksForHarm(round);
    List<Integer> from = harm ? harmful : ordinary;
    int among = kind == Kind.SYBIL ? Math.max(1, from.size() / 3) : from.size();
    return from.get(random.nextInt(among));
  }

  private Candidate serve(int prompt, List<Learnt> models, SplittableRandom random) {
    List<Candidate> candidates = pool.candidates().get(prompt);
    boolean explores = random.nextDouble() < EXPLORES;
    Candidate any = candidates.get(random.nextInt(candidates.size()));
    return models.isEmpty() || explores ? any : best(prompt, models);
  }

  private Candidate best(int prompt, List<Learnt> models) {
    Learnt learnt = models.get(prompt % FOLDS);
    return pool.candidates().get(prompt).stream()
        .max(java.util.Comparator.comparingDouble(c -> learnt.worth(c, setting.harmCost())))
        .orElseThrow();
  }

  /** A model for each fold, from the labels of the other one. */
  private List<Learnt> learn(Arm arm, List<Rating> ratings)
      throws IOException, InterruptedException {
    Labels.Lessons lessons = labels.of(arm, ratings);
    List<Learnt> models = new ArrayList<>();
    for (int fold = 0; fold < FOLDS; fold++) {
      models.add(
          new Learnt(
              RewardModel.train(others(lessons.good(), ratings, fold), setting.ridge()),
              setting.harmCost() > 0
                  ? Optional.of(
                      RewardModel.train(others(lessons.rude(), ratings, fold), setting.ridge()))
                  : Optional.empty()));
    }
    return models;
  }

  private static List<Example> others(List<Example> examples, List<Rating> ratings, int fold) {
    List<Example> others = new ArrayList<>();
    for (int i = 0; i < ratings.size(); i++) {
      if (ratings.get(i).prompt() % FOLDS != fold) {
        others.add(examples.get(i));
      }
    }
    return others;
  }

  /**
   * Shares over all prompts, those that ask for harm weighted as people ask for it at the begin. No
   * model: the mean over the sampled candidates, without the decline.
   */
  private Outcome measure(Arm arm, int round, List<Learnt> models) {
    double asks = people.stream().mapToDouble(p -> p.kind().asksForHarm(1)).average().orElseThrow();
    double good = 0;
    double inappropriate = 0;
    for (int p = 0; p < pool.prompts().size(); p++) {
      boolean harm = pool.prompts().get(p).harm();
      double share = harm ? asks / harmful.size() : (1 - asks) / ordinary.size();
      List<Candidate> candidates = pool.candidates().get(p);
      List<Candidate> served =
          models.isEmpty()
              ? candidates.subList(0, candidates.size() - 1)
              : List.of(best(p, models));
      for (Candidate reply : served) {
        good += reply.verdict().good() ? share / served.size() : 0;
        inappropriate += reply.verdict().inappropriate() ? share / served.size() : 0;
      }
    }
    return new Outcome(arm, round, good, inappropriate);
  }
}
