package dev.heed.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * All simulated people of a run, each on a virtual thread. Closed: a fixed number who come back
 * until the run ends. Open: new people arrive at a rate, however slow Heed is, say what they have
 * to say in one conversation and go.
 */
final class Crowd implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> people = new ArrayList<>();
  private final RunOptions options;
  private final Person.Plan plan;
  private final Ledger ledger;
  private final URI url;
  private final SplittableRandom seeds;

  /** Other keys for each run: trust in a person outlives it. */
  private final String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .executor(threads)
          .build();

  /** Lets them in. The same seed gives the same people, who say the same things. */
  Crowd(RunningStack stack, RunOptions options, Person.Plan plan, Ledger ledger)
      throws IOException {
    this.options = options;
    this.plan = plan;
    this.ledger = ledger;
    this.url = stack.url();
    this.seeds = new SplittableRandom(options.seed);
    if (options.reviewer) {
      threads.submit(new Reviewer(http, url, stack.operatorKey(), plan, ledger));
    }
    if (options.arrivals > 0) {
      threads.submit(this::arrive);
      return;
    }
    int adversaries = (int) Math.round(options.users * options.adversarial);
    for (int i = 0; i < options.users; i++) {
      enter(i, i < adversaries ? Kind.adversary(i) : Kind.STANDARD, true);
    }
  }

  /** As a Poisson process: exponential times between two arrivals. */
  private void arrive() {
    SplittableRandom gaps = seeds.split();
    int adversaries = 0;
    try {
      for (int i = 0; plan.elapsed() < 1; i++) {
        double seconds = -Math.log(1 - gaps.nextDouble()) / options.arrivals;
        TimeUnit.NANOSECONDS.sleep((long) (seconds * 1e9));
        boolean adversary = Math.floor((i + 1) * options.adversarial) > adversaries;
        enter(i, adversary ? Kind.adversary(adversaries++) : Kind.STANDARD, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void enter(int number, Kind kind, boolean stays) {
    String name = name(number);
    people.add(
        threads.submit(new Person(plan, kind, name, seeds.nextLong(), api(name), ledger, stays)));
  }

  private String name(int number) {
    return "load-" + run + "-" + options.seed + "-" + number;
  }

  /** Heed as a person of this run sees it. */
  Api api(String person) {
    // By the name, so that it is the same person's word whenever it is asked.
    boolean consents = new SplittableRandom(person.hashCode()).nextDouble() < options.consent;
    return new Api(http, url, person, consents);
  }

  private synchronized List<Future<?>> present() {
    return people.stream().filter(person -> !person.isDone()).toList();
  }

  /**
   * Waits until the run is over and everybody has gone.
   *
   * @param patience with those who are there when the run is over
   * @return how many had to be sent away
   */
  int await(Duration patience) throws InterruptedException {
    while (plan.elapsed() < 1) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    long end = System.nanoTime() + patience.toNanos();
    while (!present().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    List<Future<?>> left = present();
    left.forEach(person -> person.cancel(true));
    return left.size();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
