package dev.heed.stack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts {@code heed up} in a session of its own and returns when it is ready. */
final class Detached {

  private static final long POLL_MILLIS = 100;

  private Detached() {}

  /** Exit code 0 when the stack is ready, 1 when it ended before. */
  static int start(StackFolders folders) throws IOException, InterruptedException {
    Path log = folders.log("up");
    Files.deleteIfExists(log);
    Files.createFile(log);
    Process process =
        new ProcessBuilder(command())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try (RandomAccessFile tail = new RandomAccessFile(log.toFile(), "r")) {
      while (true) {
        boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        copy(tail);
        if (StackState.ofRunning(folders).filter(StackState::ready).isPresent()) {
          return 0;
        }
        if (ended) {
          return 1;
        }
      }
    }
  }

  /** This very command without {@code --detach}, out of reach of this terminal's Ctrl-C. */
  private static List<String> command() {
    ProcessHandle.Info self = ProcessHandle.current().info();
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.add(self.command().orElseThrow());
    for (String argument : self.arguments().orElse(new String[0])) {
      if (!argument.equals("--detach")) {
        command.add(argument);
      }
    }
    return command;
  }

  private static void copy(RandomAccessFile tail) throws IOException {
    byte[] bytes = new byte[(int) Math.min(1 << 16, tail.length() - tail.getFilePointer())];
    if (bytes.length > 0) {
      tail.readFully(bytes);
      System.out.print(new String(bytes, StandardCharsets.UTF_8));
      System.out.flush();
    }
  }
}
