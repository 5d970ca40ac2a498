package dev.heed.learning.rounds;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Command lines of this service's own tools, in a JVM of their own. */
final class OwnTools {

  private static final String MAIN = "dev.heed.learning.cli.LearnTool";

  private OwnTools() {}

  /**
   * {@code heed ARGS}.
   *
   * @param heapMegabytes of the new JVM
   */
  static List<String> command(int heapMegabytes, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-Xmx" + heapMegabytes + "m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            classPath(System.getProperty("java.class.path")),
            MAIN));
    command.addAll(args);
    return command;
  }

  /**
   * The service runs from one jar that names the others; a JVM of tools needs them all. Any other
   * class path goes through a file: ONNX Runtime 1.29 crashes in a process whose command line is
   * longer than 4 KB.
   */
  private static String classPath(String own) {
    if (!own.endsWith("quarkus-run.jar")) {
      return "@" + argumentFile(own);
    }
    Path app = Path.of(own).toAbsolutePath().getParent();
    return "--class-path="
        + Stream.of("app", "lib/main", "lib/boot")
            .map(folder -> app.resolve(folder) + "/*")
            .collect(Collectors.joining(File.pathSeparator));
  }

  private static Path argumentFile(String classPath) {
    try {
      Path file = Files.createTempFile("class-path", ".args");
      file.toFile().deleteOnExit();
      return Files.writeString(file, "--class-path=\"" + classPath.replace("\\", "\\\\") + "\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
