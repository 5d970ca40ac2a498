package dev.heed.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Memory and open files of every program while a run lasts: what a soak is for. */
final class Vitals implements AutoCloseable {

  /**
   * One look at one program.
   *
   * @param megabytes resident
   * @param files open files and sockets
   */
  record Sample(double atSeconds, String program, double megabytes, int files) {}

  private static final long EVERY_MILLIS = 5_000;
  private static final Path PROC = Path.of("/proc");

  private final RunningStack stack;
  private final Person.Plan plan;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread looker;

  Vitals(RunningStack stack, Person.Plan plan) {
    this.stack = stack;
    this.plan = plan;
    this.looker = Thread.ofVirtual().start(this::watch);
  }

  private void watch() {
    try {
      while (plan.elapsed() < 1) {
        lookOnce();
        TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookOnce() {
    try {
      look();
    } catch (IOException e) {
      // The supervisor's state cannot be read at this moment, as on a full disk: one sample less.
    }
  }

  private void look() throws IOException {
    double at = plan.seconds();
    for (String program : stack.programs()) {
      OptionalLong pid = stack.pid(program);
      if (pid.isPresent()) {
        Path process = PROC.resolve(Long.toString(pid.getAsLong()));
        double megabytes = resident(process);
        if (megabytes > 0) {
          add(new Sample(at, program, megabytes, files(process)));
        }
      }
    }
  }

  private synchronized void add(Sample sample) {
    samples.add(sample);
  }

  /** Zero when the process is gone, or the system has no /proc. */
  private static double resident(Path process) {
    try (Stream<String> lines = Files.lines(process.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  private static int files(Path process) {
    String[] open = process.resolve("fd").toFile().list();
    return open == null ? 0 : open.length;
  }

  synchronized List<Sample> samples() {
    return List.copyOf(samples);
  }

  /** By program: what it took after a quarter of the time and at the end. */
  static Map<String, Object> json(List<Sample> samples) {
    Map<String, List<Sample>> byProgram = new LinkedHashMap<>();
    samples.forEach(s -> byProgram.computeIfAbsent(s.program(), _ -> new ArrayList<>()).add(s));
    Map<String, Object> out = new LinkedHashMap<>();
    byProgram.forEach(
        (program, of) -> {
          Sample early = of.get(of.size() / 4);
          Sample last = of.getLast();
          Map<String, Object> row = new LinkedHashMap<>();
          row.put("megabytes_after_a_quarter", Numbers.round(early.megabytes()));
          row.put("megabytes_at_the_end", Numbers.round(last.megabytes()));
          row.put("files_after_a_quarter", early.files());
          row.put("files_at_the_end", last.files());
          out.put(program, row);
        });
    return out;
  }

  @Override
  public void close() {
    looker.interrupt();
  }
}
