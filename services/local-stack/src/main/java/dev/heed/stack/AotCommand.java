package dev.heed.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code heed aot}: the AOT caches now, which else are made after the first start. */
@Command(
    name = "aot",
    description =
        "Makes the JVMs' AOT caches now, with which starts are shorter; else ./heed up makes them"
            + " in the background after the first start.")
final class AotCommand implements Callable<Integer> {

  @Mixin StackOptions stack;

  @Mixin ModelOption model;

  @Override
  public Integer call() throws InterruptedException {
    StackFolders folders = stack.folders();
    folders.prepare();
    Path folder = model.folder(folders, System.out);
    CountDownLatch ended = new CountDownLatch(1);
    endWithTheJvm(Thread.currentThread(), ended);
    try {
      new AotTraining(folders, folder, List.of(ServiceSpec.values()), System.out).run();
    } finally {
      ended.countDown();
    }
    System.out.printf("AOT caches are in %s%n", folders.aotCaches());
    return 0;
  }

  /** Who stops this command must not leave the programs that it started behind. */
  private static void endWithTheJvm(Thread training, CountDownLatch ended) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (ended.getCount() == 0) {
                    return;
                  }
                  training.interrupt();
                  try {
                    ended.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
  }
}
