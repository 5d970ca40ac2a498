package dev.heed.feedback.review;

import dev.heed.feedback.config.OperatorConfig;
import dev.heed.feedback.shown.OwnFeedback;
import dev.heed.schemas.events.FeedbackGiven;
import dev.heed.schemas.events.ReviewTask;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Which question a reviewer gets next, and how far reviewers agree. */
@ApplicationScoped
class Reviews {

  private final Tasks tasks;
  private final OwnFeedback answers;
  private final double secretShare;
  private final RandomGenerator random = new SecureRandom();

  Reviews(Tasks tasks, OwnFeedback answers, OperatorConfig config) {
    this.tasks = tasks;
    this.answers = answers;
    this.secretShare = config.secretShare();
  }

  /**
   * How far reviewers agree.
   *
   * @param alpha Krippendorff's; null: too few items with two answers
   * @param again answers that a reviewer gave twice to the same question
   * @param steady how many of those were the same
   * @param eachReviewer what is known of each of them
   */
  record Measured(
      Double alpha,
      int answers,
      int items,
      int reviewers,
      int again,
      int steady,
      List<Reviewer> eachReviewer) {}

  /**
   * One reviewer.
   *
   * @param again answers that they gave twice to the same question, unknowingly
   * @param steady how many of those were the same
   * @param compared answers of others to the questions that they answered
   * @param agreed how many of those were the same
   */
  record Reviewer(String reviewer, int answers, int again, int steady, int compared, int agreed) {

    private static final int COUNTS = 5;

    static Reviewer of(String reviewer, int[] counts) {
      return new Reviewer(reviewer, counts[0], counts[1], counts[2], counts[3], counts[4]);
    }
  }

  /**
   * The next question, but not the one that was skipped: mostly one that nobody answered, now and
   * then one that somebody did. Such a repeat hides among open questions only: alone it would be no
   * secret, and a queue that is done would never look done.
   */
  Optional<ReviewTask> next(Optional<String> skipped) {
    Set<String> answered = answered();
    List<ReviewTask> all =
        tasks.all().stream()
            .filter(task -> skipped.filter(task.getTaskId()::equals).isEmpty())
            .toList();
    List<ReviewTask> open =
        all.stream().filter(task -> !answered.contains(task.getItemId())).toList();
    if (open.isEmpty()) {
      return Optional.empty();
    }
    List<ReviewTask> known =
        all.stream().filter(task -> answered.contains(task.getItemId())).toList();
    if (!known.isEmpty() && random.nextDouble() < secretShare) {
      return Optional.of(known.get(random.nextInt(known.size())));
    }
    return Optional.of(open.getFirst());
  }

  private Set<String> answered() {
    Set<String> items = new HashSet<>();
    answers.reviews().forEach(answer -> items.add(item(answer)));
    return items;
  }

  Optional<ReviewTask> task(String id) {
    return tasks.byId(id);
  }

  /** Questions that nobody answered. */
  long waiting() {
    Set<String> answered = answered();
    return tasks.all().stream().filter(task -> !answered.contains(task.getItemId())).count();
  }

  Measured measured() {
    Map<String, Map<String, String>> last = new LinkedHashMap<>();
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (FeedbackGiven answer : answers.reviews()) {
      int[] own = counts.computeIfAbsent(answer.getPseudonym(), _ -> new int[Reviewer.COUNTS]);
      own[0]++;
      String before =
          last.computeIfAbsent(item(answer), _ -> new HashMap<>())
              .put(answer.getPseudonym(), answer.getLabel());
      if (before != null) {
        own[1]++;
        own[2] += before.equals(answer.getLabel()) ? 1 : 0;
      }
    }
    last.values().forEach(labels -> compare(labels, counts));
    List<Reviewer> each =
        counts.entrySet().stream().map(e -> Reviewer.of(e.getKey(), e.getValue())).toList();
    List<Collection<String>> units =
        last.values().stream().map(Map::values).<Collection<String>>map(List::copyOf).toList();
    OptionalDouble alpha = Agreement.alpha(units);
    return new Measured(
        alpha.isPresent() ? alpha.getAsDouble() : null,
        each.stream().mapToInt(Reviewer::answers).sum(),
        last.size(),
        each.size(),
        each.stream().mapToInt(Reviewer::again).sum(),
        each.stream().mapToInt(Reviewer::steady).sum(),
        each);
  }

  /** Each reviewer of an item against the others. */
  private static void compare(Map<String, String> labels, Map<String, int[]> counts) {
    labels.forEach(
        (reviewer, label) ->
            labels.forEach(
                (other, said) -> {
                  if (!other.equals(reviewer)) {
                    counts.get(reviewer)[3]++;
                    counts.get(reviewer)[4] += said.equals(label) ? 1 : 0;
                  }
                }));
  }

  private static String item(FeedbackGiven answer) {
    return (answer.getReasons().contains("CONTESTED") ? "filter:" : "") + answer.getReplyId();
  }
}
