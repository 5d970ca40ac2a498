package dev.heed.safety.policy;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML mapping that knows the line of each of its keys, and wants each value of one type. */
final class YamlMap {

  private static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_DEPTH = 20;

  private record Entry(int line, Node value) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final int line;

  private YamlMap(MappingNode node) {
    line = lineOf(node);
    for (NodeTuple tuple : node.getValue()) {
      int at = lineOf(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new PolicyException(at, "a key must be a word");
      }
      if (entries.put(key.getValue(), new Entry(at, tuple.getValueNode())) != null) {
        throw new PolicyException(at, "this key stands here twice");
      }
    }
  }

  /** Parses a document whose root is a mapping. */
  static YamlMap parse(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(0);
    try {
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(yaml));
      return of(root, 1);
    } catch (MarkedYAMLException e) {
      int at = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      throw new PolicyException(at, "not valid YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw new PolicyException(0, "not valid YAML, or too large");
    }
  }

  private static YamlMap of(Node node, int at) {
    if (node instanceof MappingNode map) {
      return new YamlMap(map);
    }
    throw new PolicyException(at, "a mapping (key: value lines) belongs here");
  }

  private static int lineOf(Node node) {
    return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
  }

  int line() {
    return line;
  }

  int lineOf(String key) {
    Entry entry = entries.get(key);
    return entry == null ? line : entry.line();
  }

  List<String> keys() {
    return List.copyOf(entries.keySet());
  }

  /** Fails on any key that is not one of these. */
  void only(String... known) {
    Set<String> all = Set.copyOf(Arrays.asList(known));
    for (var entry : entries.entrySet()) {
      if (!all.contains(entry.getKey())) {
        throw new PolicyException(
            entry.getValue().line(), "unknown key; one of " + String.join(", ", known));
      }
    }
  }

  YamlMap map(String key) {
    Entry entry = entry(key);
    return of(entry.value(), entry.line());
  }

  /** One mapping, or several in a list. */
  List<YamlMap> maps(String key) {
    Entry entry = entry(key);
    if (!(entry.value() instanceof SequenceNode sequence)) {
      return List.of(map(key));
    }
    return sequence.getValue().stream().map(node -> of(node, lineOf(node))).toList();
  }

  Optional<YamlMap> optionalMap(String key) {
    return entries.containsKey(key) ? Optional.of(map(key)) : Optional.empty();
  }

  String text(String key) {
    Entry entry = entry(key);
    if (entry.value() instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new PolicyException(entry.line(), key + " must be a word or text");
  }

  double number(String key) {
    try {
      return Double.parseDouble(text(key));
    } catch (NumberFormatException e) {
      throw new PolicyException(lineOf(key), key + " must be a number");
    }
  }

  List<String> texts(String key) {
    Entry entry = entry(key);
    if (!(entry.value() instanceof SequenceNode sequence)) {
      throw new PolicyException(entry.line(), key + " must be a list");
    }
    List<String> texts = new ArrayList<>();
    for (Node node : sequence.getValue()) {
      if (!(node instanceof ScalarNode scalar)) {
        throw new PolicyException(lineOf(node), "a text belongs here");
      }
      texts.add(scalar.getValue());
    }
    return texts;
  }

  private Entry entry(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new PolicyException(line, key + " is missing");
    }
    return entry;
  }
}
