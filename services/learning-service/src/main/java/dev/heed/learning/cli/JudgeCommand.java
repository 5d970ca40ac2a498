package dev.heed.learning.cli;

import dev.heed.learning.gates.Case;
import dev.heed.learning.gates.Gates;
import dev.heed.learning.gates.Report;
import dev.heed.learning.versions.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code heed learn judge}: the gates of one candidate, as a round starts them. */
@Command(name = "judge", description = "Judges a candidate by all gates and writes its report.")
public final class JudgeCommand implements Callable<Integer> {

  @Parameters(paramLabel = "CASE", description = "The case.json that a round has left.")
  private Path file;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Report report = Gates.judge(Versions.JSON.readValue(file.toFile(), Case.class));
    System.out.println(Versions.JSON.writeValueAsString(report));
    return 0;
  }
}
