package dev.heed.learning.organic;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.heed.learning.dataset.Row;
import dev.heed.learning.gates.Auc;
import dev.heed.learning.reward.PairFeatures;
import dev.heed.learning.reward.RewardModel;
import dev.heed.learning.reward.RewardModel.Example;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code heed learn organic}: the built-in reward model on thumbs that people really gave. Each
 * conversation is rated by a model that learnt from other conversations.
 */
@Command(
    name = "organic",
    description = {
      "Cross-validates the built-in reward model by conversation on ConvAI2's thumbs: area under the",
      "ROC curve with its 95 % interval, and what it is worth for choosing among replies."
    })
public final class OrganicCommand implements Callable<Integer> {

  private static final int FOLDS = 10;

  @Parameters(paramLabel = "DIR", description = "Folder with ConvAI2's data_*.json.")
  private Path folder;

  @Option(names = "--ridge", defaultValue = "0.01", description = "L2; default 0.01, as in rounds.")
  private double ridge;

  @Option(names = "--json", description = "One JSON object on standard output.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    List<Convai2.Thumb> thumbs = Convai2.thumbs(folder);
    if (thumbs.isEmpty()) {
      throw new IOException("no rated message in " + folder);
    }
    List<float[]> features = new ArrayList<>();
    try (PairFeatures pairs = new PairFeatures(2)) {
      for (Convai2.Thumb thumb : thumbs) {
        features.add(pairs.of(List.of(new Row.Said("user", thumb.asked())), thumb.reply()));
      }
    }
    double[] scores = new double[thumbs.size()];
    for (int fold = 0; fold < FOLDS; fold++) {
      rate(fold, thumbs, features, scores);
    }
    report(thumbs, scores);
    return 0;
  }

  private static int fold(Convai2.Thumb thumb) {
    return Math.floorMod(thumb.conversation().hashCode() * 31 + 7, FOLDS);
  }

  private void rate(int fold, List<Convai2.Thumb> thumbs, List<float[]> features, double[] scores) {
    List<float[]> learnt = new ArrayList<>();
    for (int i = 0; i < thumbs.size(); i++) {
      if (fold(thumbs.get(i)) != fold) {
        learnt.add(features.get(i));
      }
    }
    RewardModel.Scale scale = new RewardModel.Scale(learnt);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < thumbs.size(); i++) {
      if (fold(thumbs.get(i)) != fold) {
        double good = thumbs.get(i).up() ? 1 : 0;
        examples.add(new Example(scale.of(features.get(i)), good, 1));
      }
    }
    RewardModel model = RewardModel.train(examples, ridge);
    for (int i = 0; i < thumbs.size(); i++) {
      if (fold(thumbs.get(i)) == fold) {
        scores[i] = model.score(scale.of(features.get(i)));
      }
    }
  }

  private void report(List<Convai2.Thumb> thumbs, double[] scores) {
    List<Auc.Point> points = new ArrayList<>();
    Map<String, List<Integer>> byConversation = new HashMap<>();
    for (int i = 0; i < thumbs.size(); i++) {
      Convai2.Thumb thumb = thumbs.get(i);
      points.add(new Auc.Point(thumb.conversation(), scores[i], thumb.up(), 1));
      byConversation.computeIfAbsent(thumb.conversation(), c -> new ArrayList<>()).add(i);
    }
    Auc auc = Auc.of(points);
    double best = 0;
    double any = 0;
    int several = 0;
    for (List<Integer> of : byConversation.values()) {
      if (of.size() > 1) {
        several++;
        int top =
            of.stream().max(java.util.Comparator.comparingDouble(i -> scores[i])).orElseThrow();
        best += thumbs.get(top).up() ? 1 : 0;
        any += of.stream().mapToDouble(i -> thumbs.get(i).up() ? 1 : 0).average().orElse(0);
      }
    }
    ObjectNode line = new JsonMapper().createObjectNode().put("thumbs", thumbs.size());
    line.put("conversations", byConversation.size());
    line.put("up", thumbs.stream().filter(Convai2.Thumb::up).count());
    line.put("auc", auc.value()).put("auc_low", auc.low()).put("auc_high", auc.high());
    line.put("conversations_with_several", several);
    line.put("good_chosen", best / several).put("good_any", any / several);
    System.out.println(json ? line.toString() : text(line));
  }

  private static String text(ObjectNode line) {
    return String.format(
        Locale.ROOT,
        "%d thumbs in %d conversations: AUC %.3f (%.3f to %.3f). Of a conversation's rated replies the"
            + " best-scored is good in %.1f %%, any in %.1f %% (%d conversations).",
        line.path("thumbs").asInt(),
        line.path("conversations").asInt(),
        line.path("auc").asDouble(),
        line.path("auc_low").asDouble(),
        line.path("auc_high").asDouble(),
        100 * line.path("good_chosen").asDouble(),
        100 * line.path("good_any").asDouble(),
        line.path("conversations_with_several").asInt());
  }
}
