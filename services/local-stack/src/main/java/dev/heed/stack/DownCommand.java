package dev.heed.stack;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heed down}: stops a running stack; data stay. */
@Command(name = "down", description = "Stops Heed; its data stay.")
final class DownCommand implements Callable<Integer> {

  private static final int LIMIT_SECONDS = 40;

  @Mixin StackOptions stack;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    StackFolders folders = stack.folders();
    var state = StackState.ofRunning(folders);
    if (state.isEmpty()) {
      System.out.println("Heed does not run with the data folder " + folders.data());
      return 0;
    }
    var supervisor = ProcessHandle.of(state.get().pid());
    if (supervisor.isPresent()) {
      supervisor.get().destroy();
      try {
        supervisor.get().onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        supervisor.get().destroyForcibly();
        state.get().children().values().forEach(DownCommand::end);
      }
    }
    System.out.println("Stopped. Your data stay in " + folders.data());
    return 0;
  }

  private static void end(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
