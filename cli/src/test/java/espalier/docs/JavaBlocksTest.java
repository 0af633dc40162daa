package espalier.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaBlocksTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("(?:class|record|interface) (\\w+)");

    @TempDir
    private Path classes;

    @Test
    void java_in_the_documentation_compiles() throws IOException {
        List<JavaFileObject> blocks = blocks();
        assertThat(blocks).isNotEmpty();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        List<String> options = List.of("-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        assertThat(compiler.getTask(problems, null, null, options, null, blocks).call())
                .as("%s", problems)
                .isTrue();
    }

    private static List<JavaFileObject> blocks() throws IOException {
        List<JavaFileObject> found = new ArrayList<>();
        try (Stream<Path> docs = Files.list(Path.of("..", "docs"))) {
            Stream.concat(
                            Stream.of(Path.of("..", "README.md")),
                            docs.filter(p -> p.toString().endsWith(".md")))
                    .forEach(page -> addBlocks(page, found));
        }
        return found;
    }

    private static void addBlocks(Path page, List<JavaFileObject> found) {
        try {
            Matcher m = BLOCK.matcher(Files.readString(page));
            while (m.find()) {
                found.add(new Source(m.group(1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///" + className(text) + ".java"), Kind.SOURCE);
            this.text = text;
        }

        private static String className(String text) {
            Matcher m = CLASS.matcher(text);
            assertThat(m.find()).as("a class in %s", text).isTrue();
            return m.group(1);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
