package dev.heed.deploy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** Reads every configuration key out of the services' {@code @ConfigMapping} interfaces. */
final class ConfigKeys {

  /**
   * One key as an operator writes it.
   *
   * @param service the module
   * @param fallback the default, empty when there is none
   * @param meaning the first sentences of its Javadoc, on one line
   */
  record Key(String service, String name, String type, String fallback, String meaning) {

    /** The environment variable of the same meaning. */
    String variable() {
      return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
  }

  private ConfigKeys() {}

  /** Every key of every service, in the order of the flow and of the sources. */
  static List<Key> all() {
    List<Path> sources =
        Repository.serviceSources().stream().filter(ConfigKeys::isMapping).toList();
    List<Key> keys = new ArrayList<>();
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          var root = (ClassTree) type;
          annotation(root.getModifiers().getAnnotations(), "ConfigMapping")
              .ifPresent(prefix -> new Walk(unit, docs, keys).type(root, prefix));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  private static boolean isMapping(Path source) {
    try {
      return Files.readString(source).contains("@ConfigMapping(");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> annotation(
      List<? extends AnnotationTree> annotations, String name) {
    return annotations.stream()
        .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
        .flatMap(annotation -> annotation.getArguments().stream())
        .map(ConfigKeys::literal)
        .findFirst();
  }

  private static String literal(ExpressionTree argument) {
    ExpressionTree value =
        argument instanceof AssignmentTree assignment ? assignment.getExpression() : argument;
    return value instanceof LiteralTree text ? text.getValue().toString() : value.toString();
  }

  /** One source file on the way from its root interface to the leaves. */
  private record Walk(CompilationUnitTree unit, DocTrees docs, List<Key> keys) {

    void type(ClassTree type, String prefix) {
      Map<String, ClassTree> nested = new TreeMap<>();
      for (Tree member : type.getMembers()) {
        if (member instanceof ClassTree inner) {
          nested.put(inner.getSimpleName().toString(), inner);
        }
      }
      for (Tree member : type.getMembers()) {
        if (member instanceof MethodTree method && !isDefault(method)) {
          String name =
              annotation(method.getModifiers().getAnnotations(), "WithName")
                  .orElseGet(() -> kebab(method.getName().toString()));
          String returned = method.getReturnType().toString();
          ClassTree group = nested.get(returned);
          if (group != null && group.getKind() == Tree.Kind.INTERFACE) {
            type(group, prefix + "." + name);
          } else {
            keys.add(key(method, prefix + "." + name, returned));
          }
        }
      }
    }

    private static boolean isDefault(MethodTree method) {
      return method.getBody() != null;
    }

    private Key key(MethodTree method, String name, String type) {
      Path source = Path.of(unit.getSourceFile().toUri());
      String service = Repository.HOME.resolve("services").relativize(source).getName(0).toString();
      String comment = docs.getDocComment(TreePath.getPath(unit, method));
      String meaning = comment == null ? "" : comment.strip().replaceAll("\\s+", " ");
      return new Key(
          service,
          name,
          type.replace("Optional<", "").replace("OptionalInt", "int").replace(">", ""),
          annotation(method.getModifiers().getAnnotations(), "WithDefault").orElse(""),
          meaning
              .replaceAll("\\{@code ([^}]*)}", "`$1`")
              .replaceAll("\\{@link #?([^}]*)}", "`$1`"));
    }

    private static String kebab(String name) {
      return name.chars()
          .mapToObj(
              c -> Character.isUpperCase(c) ? "-" + (char) Character.toLowerCase(c) : "" + (char) c)
          .collect(Collectors.joining());
    }
  }
}
