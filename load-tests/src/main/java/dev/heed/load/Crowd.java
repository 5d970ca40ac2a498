package dev.heed.load;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** All simulated people of a run, each on a virtual thread. */
final class Crowd implements AutoCloseable {

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> people = new ArrayList<>();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .executor(threads)
          .build();

  /** Lets them all in. The same seed gives the same people, who say the same things. */
  Crowd(RunningStack stack, RunOptions options, Person.Plan plan, Ledger ledger)
      throws IOException {
    SplittableRandom seeds = new SplittableRandom(options.seed);
    int adversaries = (int) Math.round(options.users * options.adversarial);
    // Other keys for each run: trust in a person outlives it.
    String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    for (int i = 0; i < options.users; i++) {
      Kind kind = i < adversaries ? Kind.adversary(i) : Kind.STANDARD;
      String name = "load-" + run + "-" + options.seed + "-" + i;
      Api api = new Api(http, stack.url(), name);
      people.add(threads.submit(new Person(plan, kind, name, seeds.nextLong(), api, ledger)));
    }
  }

  /**
   * Waits until everybody has gone.
   *
   * @return how many had to be sent away
   */
  int await(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    int left = 0;
    for (Future<?> person : people) {
      while (!person.isDone() && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      if (!person.isDone()) {
        person.cancel(true);
        left++;
      }
    }
    return left;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
