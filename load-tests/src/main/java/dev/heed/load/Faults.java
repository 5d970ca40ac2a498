package dev.heed.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Breaks parts of the running stack, one after the other, in an order that the seed decides: one
 * fault of each kind, then the next of each.
 */
final class Faults {

  /** A fault that was made. */
  record Made(double atSeconds, String program, Fault fault, double backAfterSeconds) {}

  private record Planned(String program, Fault fault) {}

  private static final Duration RECOVERY = Duration.ofSeconds(90);

  private final RunningStack stack;
  private final Person.Plan plan;
  private final Breaker breaker;
  private final List<Planned> order;
  private final List<Made> made = new ArrayList<>();

  /**
   * @param wanted kinds; all that can be made here when empty
   * @param only programs that may be broken; all when empty
   */
  Faults(
      RunningStack stack,
      Person.Plan plan,
      long seed,
      Collection<Fault> wanted,
      Collection<String> only)
      throws IOException {
    this.stack = stack;
    this.plan = plan;
    this.breaker = new Breaker(stack);
    var leftOut = breaker.leftOut();
    Set<Fault> kinds = wanted.isEmpty() ? EnumSet.allOf(Fault.class) : EnumSet.copyOf(wanted);
    leftOut.forEach(
        (fault, why) -> {
          if (kinds.remove(fault)) {
            System.out.printf("  left out: %s (%s)%n", name(fault), why);
          }
        });
    order = order(kinds, stack.programs(), seed, only);
    if (order.isEmpty()) {
      throw new IllegalArgumentException("none of these faults can be made here");
    }
  }

  static String name(Fault fault) {
    return fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static List<Planned> order(
      Set<Fault> kinds, List<String> programs, long seed, Collection<String> only) {
    Random random = new Random(seed);
    List<List<Planned>> byKind = new ArrayList<>();
    for (Fault fault : kinds) {
      List<Planned> of = new ArrayList<>();
      for (String target : Breaker.targets(fault, programs)) {
        if (only.isEmpty() || only.contains(target)) {
          of.add(new Planned(target, fault));
        }
      }
      Collections.shuffle(of, random);
      byKind.add(of);
    }
    Collections.shuffle(byKind, random);
    List<Planned> order = new ArrayList<>();
    int longest = byKind.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (List<Planned> of : byKind) {
        if (i < of.size()) {
          order.add(of.get(i));
        }
      }
    }
    return order;
  }

  /**
   * Goes on until the run is nearly over; each fault waits until the last one is mended.
   *
   * @param first seconds before the first one
   * @param times how many at most
   */
  List<Made> run(double first, int times) throws IOException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(Math.round(first * 1000));
    for (int next = 0; plan.elapsed() < 0.9 && made.size() < times; next++) {
      Planned planned = order.get(next % order.size());
      double at = plan.seconds();
      if (breaker.make(planned.fault(), planned.program())) {
        double back = awaitReady();
        made.add(new Made(at, planned.program(), planned.fault(), back));
        System.out.printf(
            "  %5.0f s  %-9s %-19s all ready again after %.1f s%n",
            at, name(planned.fault()), planned.program(), back);
      }
      TimeUnit.SECONDS.sleep(2);
    }
    return List.copyOf(made);
  }

  /** Seconds until every service is ready; the limit when they never were. */
  double awaitReady() throws InterruptedException {
    long start = System.nanoTime();
    TimeUnit.MILLISECONDS.sleep(500); // until the loss shows
    while (!stack.ready() && System.nanoTime() - start < RECOVERY.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
