package dev.heed.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Breaks programs of the running stack, one after the other, in an order that the seed decides. */
final class Faults {

  /** What is done to a program. */
  enum Fault {
    KILL,
    FREEZE
  }

  /** A fault that was made. */
  record Made(double atSeconds, String program, Fault fault, double backAfterSeconds) {}

  private record Planned(String program, Fault fault) {}

  private static final List<String> PROGRAMS =
      List.of(
          "broker",
          "chat-service",
          "safety-service",
          "inference-service",
          "feedback-service",
          "trust-service",
          "learning-service");
  private static final Duration FROZEN = Duration.ofSeconds(8);
  private static final Duration RECOVERY = Duration.ofSeconds(90);

  private final RunningStack stack;
  private final Person.Plan plan;
  private final List<Planned> order = new ArrayList<>();
  private final List<Made> made = new ArrayList<>();

  Faults(RunningStack stack, Person.Plan plan, long seed) {
    this.stack = stack;
    this.plan = plan;
    for (String program : PROGRAMS) {
      Arrays.stream(Fault.values()).forEach(fault -> order.add(new Planned(program, fault)));
    }
    Collections.shuffle(order, new Random(seed));
  }

  /** Goes on until the run is nearly over; each fault waits until the last one is mended. */
  List<Made> run() throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(3);
    for (int next = 0; plan.elapsed() < 0.9; next++) {
      Planned planned = order.get(next % order.size());
      double at = plan.seconds();
      OptionalLong pid = stack.pid(planned.program());
      if (pid.isPresent()) {
        make(planned, pid.getAsLong());
        double back = awaitReady();
        made.add(new Made(at, planned.program(), planned.fault(), back));
        System.out.printf(
            "  %5.0f s  %-6s %-18s all ready again after %.1f s%n",
            at, planned.fault(), planned.program(), back);
      }
      TimeUnit.SECONDS.sleep(2);
    }
    return List.copyOf(made);
  }

  private static void make(Planned planned, long pid) throws IOException, InterruptedException {
    switch (planned.fault()) {
      case KILL -> signal("KILL", pid);
      case FREEZE -> {
        signal("STOP", pid);
        try {
          TimeUnit.MILLISECONDS.sleep(FROZEN.toMillis());
        } finally {
          signal("CONT", pid);
        }
      }
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    if (code != 0) {
      throw new IOException("kill -" + name + " failed");
    }
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
