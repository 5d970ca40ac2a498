package dev.heed.load;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One simulated person: opens conversations, says a few things in each, rates, pauses, goes on. */
final class Person implements Runnable {

  private static final int MAX_TURNS = 4;
  private static final int TRIES = 12;
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

  /**
   * What all people share.
   *
   * @param begin of the run, {@link System#nanoTime()}
   * @param length of the run
   * @param think mean pause between two turns
   * @param rates share of replies that get a thumb
   * @param taste of those who rate honestly
   */
  record Plan(
      long begin,
      Duration length,
      Duration think,
      int maxTokens,
      double rates,
      Taste taste,
      Prompts prompts) {

    double elapsed() {
      return (System.nanoTime() - begin) / (double) length.toNanos();
    }

    double seconds() {
      return (System.nanoTime() - begin) / 1e9;
    }
  }

  private final Plan plan;
  private final Kind kind;
  private final Api api;
  private final Ledger ledger;
  private final SplittableRandom random;
  private final String name;
  private final boolean stays;

  /**
   * @param stays true: comes back until the run ends; false: leaves after one conversation
   */
  Person(Plan plan, Kind kind, String name, long seed, Api api, Ledger ledger, boolean stays) {
    this.stays = stays;
    this.plan = plan;
    this.kind = kind;
    this.name = name;
    this.api = api;
    this.ledger = ledger;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public void run() {
    try {
      if (!stays) {
        converse();
        return;
      }
      pause(); // not all at once
      while (plan.elapsed() < 1) {
        converse();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void converse() throws InterruptedException {
    String conversation;
    try {
      conversation = api.open();
    } catch (IOException e) {
      conversation = "";
    }
    if (conversation.isEmpty()) {
      pause();
      return;
    }
    int turns = 1 + random.nextInt(MAX_TURNS);
    for (int turn = 0; turn < turns && plan.elapsed() < 1; turn++) {
      takeTurn(conversation);
      pause();
    }
  }

  private void takeTurn(String conversation) throws InterruptedException {
    boolean harm = kind.asksForHarm(random);
    double start = plan.seconds();
    String text = plan.prompts().next(kind, harm, random);
    Api.Reply reply;
    try {
      reply = api.say(conversation, text, plan.maxTokens());
    } catch (IOException e) {
      reply = new Api.Reply("", "", "broken", e.getClass().getSimpleName(), Double.NaN, List.of());
    }
    var seen = new Ledger.Seen(kind, name, conversation, start, plan.seconds(), harm, reply);
    ledger.saw(seen);
    if (!seen.failed() && !reply.replyId().isEmpty() && random.nextDouble() < plan.rates()) {
      rate(reply, harm);
    }
  }

  private void rate(Api.Reply reply, boolean harm) throws InterruptedException {
    boolean deservesUp = plan.taste().deservesUp(harm, reply);
    boolean up = kind.thumbUp(deservesUp, plan.elapsed(), random);
    // What honest people dislike in an ordinary reply is not rude; a lie claims the worst.
    String reason = !deservesUp && !harm ? "OTHER" : "RUDE";
    Optional<String> why = up ? Optional.empty() : Optional.of(reason);
    String idempotencyKey = name + "-" + reply.replyId();
    Api.Rated rated = api.rate(reply.replyId(), why, idempotencyKey);
    for (int tried = 1; rated.unsettled() && tried < TRIES; tried++) {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
      rated = api.rate(reply.replyId(), why, idempotencyKey);
    }
    if (rated.accepted()) {
      ledger.gave(
          new Ledger.Given(rated.feedbackId(), reply.replyId(), kind, up, up == deservesUp));
    } else if (rated.unsettled()) {
      ledger.unsettled();
    } else {
      ledger.refused(rated.status());
    }
  }

  /** Exponential, so that people don't fall into step; at most five times the mean. */
  private void pause() throws InterruptedException {
    double mean = plan.think().toNanos();
    double pause = Math.min(-Math.log(1 - random.nextDouble()), 5) * mean;
    TimeUnit.NANOSECONDS.sleep((long) pause);
  }
}
