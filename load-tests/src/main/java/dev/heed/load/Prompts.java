package dev.heed.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What people say, one text a line (load-tests/people, with its sources and licences).
 *
 * @param standard ordinary questions
 * @param adversarial questions that ask for harm
 */
record Prompts(List<String> standard, List<String> adversarial) {

  private static final int RING = 3;

  Prompts {
    if (standard.size() < RING || adversarial.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to say");
    }
    standard = List.copyOf(standard);
    adversarial = List.copyOf(adversarial);
  }

  static Prompts in(Path folder) throws IOException {
    return new Prompts(
        Files.readAllLines(folder.resolve("standard.txt")),
        Files.readAllLines(folder.resolve("adversarial.txt")));
  }

  /** The next thing that a person of that kind says. */
  String next(Kind kind, boolean harm, RandomGenerator random) {
    if (kind == Kind.SYBIL) {
      return standard.get(random.nextInt(RING));
    }
    List<String> from = harm ? adversarial : standard;
    return from.get(random.nextInt(from.size()));
  }
}
