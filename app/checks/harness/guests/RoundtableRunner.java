import java.lang.reflect.*;
import java.math.*;
import java.util.*;
import java.util.stream.*;

/**
 * The program that runs inside the sandbox: it makes calls of an artifact's methods and tells what each gave.
 * The expected values never enter the sandbox; the host compares. Its task is documented in harness/java.py.
 */
public class RoundtableRunner {
    static final int MAX_TEXT = 20000, DEPTH = 60, RERUNS = 2;
    static final double RERUN_BELOW_MS = 200;
    static final java.io.PrintStream OUT = System.out;
    static String nonce;
    static Map<String, Object> task;

    static class Unfit extends RuntimeException {
        Unfit(String message) { super(message); }
    }

    public static void main(String[] arguments) throws Exception {
        task = object(new Reader(arguments[0]).value());
        nonce = (String) task.get("nonce");
        List<Double> times = new ArrayList<>();
        for (Object item : list(task.get("items"))) {
            Object id = object(item).get("id");
            tell("{\"start\": " + id + "}");
            String[] facts = {null};
            times.add(make(object(item), facts));
            tell("{\"id\": " + id + ", \"ms\": " + times.get(times.size() - 1) + ", " + facts[0] + "}");
        }
        if (times.stream().mapToDouble(t -> t).sum() >= RERUN_BELOW_MS) return;
        StringBuilder all = new StringBuilder(times.toString());
        for (int run = 0; run < RERUNS; run++) {
            List<Double> again = new ArrayList<>();
            for (Object item : list(task.get("items"))) again.add(make(object(item), new String[1]));
            all.append(", ").append(again);
        }
        tell("{\"times\": [" + all + "]}");
    }

    static void tell(String facts) {
        byte[] line = ("\n" + nonce + " " + facts + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
        OUT.write(line, 0, line.length);
        OUT.flush();
    }

    /** Makes the call, writes what it gave into facts[0] and returns the milliseconds it took. */
    static double make(Map<String, Object> item, String[] facts) {
        long start = System.nanoTime();
        try {
            Object value = null;
            boolean first = true;
            for (Object step : list(item.get("steps"))) {
                List<Object> path = list(object(step).get("path")), values = list(object(step).get("values"));
                start = System.nanoTime();
                value = first ? begin(path, values) : method(value.getClass(), value, (String) path.get(path.size() - 1), values);
                first = false;
            }
            double ms = (System.nanoTime() - start) / 1e6;
            facts[0] = rendered(value);
            return ms;
        } catch (InvocationTargetException error) {
            facts[0] = failure(error.getCause());
        } catch (ExceptionInInitializerError error) {
            facts[0] = "\"importing\": true, " + failure(error.getCause() == null ? error : error.getCause());
        } catch (Unfit error) {
            facts[0] = "\"unfit\": " + quoted(error.getMessage());
        } catch (Throwable error) {
            facts[0] = failure(error);
        }
        return 0;
    }

    static Object begin(List<Object> path, List<Object> values) throws Throwable {
        String name = (String) path.get(path.size() - 1), owner = path.size() > 1 ? (String) path.get(path.size() - 2) : null;
        List<Class<?>> classes = new ArrayList<>();
        for (Object known : list(task.get("classes"))) classes.add(Class.forName((String) known, false, RoundtableRunner.class.getClassLoader()));
        for (Class<?> known : classes)
            if (known.getSimpleName().equals(name) && owner == null) return made(known, values);
        Throwable unfit = new Unfit("no method " + name + " takes these arguments");
        boolean named = classes.stream().anyMatch(c -> c.getSimpleName().equals(owner));
        for (Class<?> known : classes) {
            if (named && !known.getSimpleName().equals(owner)) continue;
            if (Arrays.stream(known.getDeclaredMethods()).noneMatch(m -> m.getName().equals(name))) continue;
            try {
                return method(known, null, name, values);
            } catch (Unfit error) {
                unfit = error;
            }
        }
        throw unfit;
    }

    static Object made(Class<?> kind, List<Object> values) throws Throwable {
        for (Constructor<?> constructor : kind.getDeclaredConstructors()) {
            if (constructor.getParameterCount() != values.size()) continue;
            Object[] given = new Object[values.size()];
            try {
                for (int i = 0; i < given.length; i++) given[i] = fitted(values.get(i), constructor.getGenericParameterTypes()[i], new int[1]);
            } catch (Unfit error) {
                continue;
            }
            constructor.setAccessible(true);
            return constructor.newInstance(given);
        }
        throw new Unfit(kind.getSimpleName() + " has no constructor for these arguments");
    }

    /** Calls the method that fits best; of several of one name the one whose types are nearest to the values. */
    static Object method(Class<?> kind, Object target, String name, List<Object> values) throws Throwable {
        Method best = null;
        Object[] given = null;
        int least = Integer.MAX_VALUE;
        for (Class<?> owner = kind; owner != null; owner = owner.getSuperclass())
            for (Method method : owner.getDeclaredMethods()) {
                if (!method.getName().equals(name) || method.isBridge()) continue;
                int[] cost = {0};
                try {
                    Object[] arguments = arguments(method, values, cost);
                    if (cost[0] < least) { best = method; given = arguments; least = cost[0]; }
                } catch (Unfit error) {
                    continue;
                }
            }
        if (best == null) throw new Unfit("no method " + name + " of " + kind.getSimpleName() + " takes these arguments");
        best.setAccessible(true);
        if (target == null && !Modifier.isStatic(best.getModifiers())) target = made(kind, List.of());
        return best.invoke(target, given);
    }

    static Object[] arguments(Method method, List<Object> values, int[] cost) {
        Type[] types = method.getGenericParameterTypes();
        if (types.length == values.size()) {
            try {
                Object[] given = new Object[types.length];
                for (int i = 0; i < given.length; i++) given[i] = fitted(values.get(i), types[i], cost);
                return given;
            } catch (Unfit error) {
                if (!method.isVarArgs()) throw error;
            }
        }
        if (!method.isVarArgs() || values.size() < types.length - 1) throw new Unfit("another number of arguments");
        Object[] given = new Object[types.length];
        for (int i = 0; i < types.length - 1; i++) given[i] = fitted(values.get(i), types[i], cost);
        given[types.length - 1] = fitted(new ArrayList<>(values.subList(types.length - 1, values.size())), types[types.length - 1], cost);
        cost[0] += 10;
        return given;
    }

    static Class<?> raw(Type type) {
        if (type instanceof Class<?> kind) return kind;
        if (type instanceof ParameterizedType kind) return (Class<?>) kind.getRawType();
        if (type instanceof WildcardType kind) return raw(kind.getUpperBounds()[0]);
        if (type instanceof TypeVariable<?> kind) return raw(kind.getBounds()[0]);
        return Array.newInstance(raw(((GenericArrayType) type).getGenericComponentType()), 0).getClass();
    }

    static Type part(Type type, int place) {
        if (type instanceof WildcardType kind) return part(kind.getUpperBounds()[0], place);
        if (type instanceof ParameterizedType kind && kind.getActualTypeArguments().length > place) return kind.getActualTypeArguments()[place];
        return Object.class;
    }

    /** The value as an object of the type; cost grows with the distance. Throws Unfit. */
    static Object fitted(Object value, Type type, int[] cost) {
        Class<?> kind = raw(type);
        if (value == null) {
            if (kind.isPrimitive()) throw new Unfit("null for " + kind);
            return kind == Optional.class ? Optional.empty() : null;
        }
        if (kind == Optional.class) return Optional.of(fitted(value, part(type, 0), cost));
        if (value instanceof Boolean) {
            if (kind == boolean.class || kind == Boolean.class) return value;
        } else if (value instanceof BigInteger number) {
            Object fit = whole(number, kind, cost);
            if (fit != null) return fit;
        } else if (value instanceof Double number) {
            if (kind == double.class || kind == Double.class) return number;
            if (kind == float.class || kind == Float.class) { cost[0]++; return number.floatValue(); }
            if (kind == BigDecimal.class) { cost[0]++; return BigDecimal.valueOf(number); }
        } else if (value instanceof String text) {
            Object fit = text(text, kind, cost);
            if (fit != null) return fit;
        } else {
            Object fit = container(value, type, kind, cost);
            if (fit != null) return fit;
        }
        if (kind.isAssignableFrom(Object.class) || type instanceof TypeVariable<?> || kind == Number.class || kind == Comparable.class) {
            cost[0] += 5;
            Object fit = natural(value);
            if (kind.isInstance(fit)) return fit;
        }
        throw new Unfit(kind.getSimpleName());
    }

    static Object whole(BigInteger number, Class<?> kind, int[] cost) {
        int bits = number.bitLength();
        if ((kind == int.class || kind == Integer.class) && bits < 32) return number.intValue();
        if ((kind == long.class || kind == Long.class) && bits < 64) { cost[0]++; return number.longValue(); }
        if ((kind == short.class || kind == Short.class) && bits < 16) { cost[0]++; return number.shortValue(); }
        if ((kind == byte.class || kind == Byte.class) && bits < 8) { cost[0]++; return number.byteValue(); }
        if (kind == double.class || kind == Double.class) { cost[0] += 2; return number.doubleValue(); }
        if (kind == float.class || kind == Float.class) { cost[0] += 3; return number.floatValue(); }
        if (kind == BigInteger.class) { cost[0] += 2; return number; }
        if (kind == BigDecimal.class) { cost[0] += 3; return new BigDecimal(number); }
        return null;
    }

    static Object text(String text, Class<?> kind, int[] cost) {
        if (kind == String.class || kind == CharSequence.class) return text;
        if ((kind == char.class || kind == Character.class) && text.length() == 1) { cost[0]++; return text.charAt(0); }
        if (kind == char[].class) { cost[0]++; return text.toCharArray(); }
        if (kind == byte[].class) { cost[0] += 2; return text.getBytes(java.nio.charset.StandardCharsets.UTF_8); }
        if (kind == StringBuilder.class) { cost[0]++; return new StringBuilder(text); }
        if (kind.isEnum())
            for (Object constant : kind.getEnumConstants()) if (((Enum<?>) constant).name().equals(text)) return constant;
        return null;
    }

    static Object container(Object value, Type type, Class<?> kind, int[] cost) {
        if (value instanceof Map<?, ?> given) {
            if (!kind.isAssignableFrom(TreeMap.class) && !kind.isAssignableFrom(LinkedHashMap.class) || !Map.class.isAssignableFrom(kind)) return null;
            Map<Object, Object> made = SortedMap.class.isAssignableFrom(kind) ? new TreeMap<>() : new LinkedHashMap<>();
            given.forEach((k, v) -> made.put(fitted(k, part(type, 0), cost), fitted(v, part(type, 1), cost)));
            return made;
        }
        Collection<?> given = (Collection<?>) value;
        if (kind.isArray()) {
            Type inner = type instanceof GenericArrayType array ? array.getGenericComponentType() : kind.getComponentType();
            Object made = Array.newInstance(raw(inner), given.size());
            int place = 0;
            for (Object item : given) Array.set(made, place++, fitted(item, inner, cost));
            return made;
        }
        for (Collection<Object> made : List.<Collection<Object>>of(new ArrayList<>(), new LinkedHashSet<>(), new TreeSet<>(), new LinkedList<>(), new ArrayDeque<>(), new PriorityQueue<>(), new Stack<>())) {
            if (!Iterable.class.isAssignableFrom(kind) || !kind.isInstance(made) || (value instanceof Set<?> && made instanceof List<?>)) continue;
            if (value instanceof List<?> != made instanceof List<?>) cost[0] += 2;
            for (Object item : given) made.add(fitted(item, part(type, 0), cost));
            return made;
        }
        return null;
    }

    /** The value as Java would write it without a type: int where it fits. */
    static Object natural(Object value) {
        if (value instanceof BigInteger number) return number.bitLength() < 32 ? (Object) number.intValue() : number.bitLength() < 64 ? (Object) number.longValue() : number;
        if (value instanceof List<?> items) { List<Object> made = new ArrayList<>(); items.forEach(i -> made.add(natural(i))); return made; }
        if (value instanceof Set<?> items) { Set<Object> made = new LinkedHashSet<>(); items.forEach(i -> made.add(natural(i))); return made; }
        if (value instanceof Map<?, ?> items) { Map<Object, Object> made = new LinkedHashMap<>(); items.forEach((k, v) -> made.put(natural(k), natural(v))); return made; }
        return value;
    }

    // What was given, as the text of a Python literal.

    static String rendered(Object value) {
        try {
            StringBuilder text = new StringBuilder();
            literal(value, text, 0);
            if (text.length() <= MAX_TEXT) return "\"value\": " + quoted(text.toString());
        } catch (Unfit error) {
            // told as an object below
        }
        String text = String.valueOf(value);
        return "\"object\": " + quoted(value.getClass().getSimpleName()) + ", \"repr\": " + quoted(text.substring(0, Math.min(text.length(), MAX_TEXT)));
    }

    static void literal(Object value, StringBuilder to, int depth) {
        if (depth > DEPTH) throw new Unfit("nested too deeply");
        if (value == null) to.append("None");
        else if (value instanceof Boolean flag) to.append(flag ? "True" : "False");
        else if (value instanceof Double || value instanceof Float) to.append(decimal(((Number) value).doubleValue(), value.toString()));
        else if (value instanceof BigDecimal number) to.append(number.toString().contains(".") ? number.toString() : number + ".0");
        else if (value instanceof Number && value.getClass().getName().startsWith("java.")) to.append(value);
        else if (value instanceof String || value instanceof Character || value instanceof StringBuilder || value instanceof Enum<?>) to.append(quoted(value.toString()));
        else if (value instanceof Optional<?> optional) literal(optional.orElse(null), to, depth + 1);
        else if (value.getClass().isArray()) {
            List<Object> items = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) items.add(Array.get(value, i));
            items(items, "[", "]", to, depth);
        } else if (value instanceof Set<?> set && value.getClass().getName().startsWith("java.")) {
            if (set.isEmpty()) to.append("set()"); else items(set, "{", "}", to, depth);
        } else if (value instanceof Collection<?> items && value.getClass().getName().startsWith("java.")) items(items, "[", "]", to, depth);
        else if (value instanceof BaseStream<?, ?> stream) {
            List<Object> items = new ArrayList<>();
            stream.iterator().forEachRemaining(items::add);
            items(items, "[", "]", to, depth);
        } else if (value instanceof Map<?, ?> map && value.getClass().getName().startsWith("java.")) {
            String between = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.append(between);
                literal(entry.getKey(), to, depth + 1);
                to.append(": ");
                literal(entry.getValue(), to, depth + 1);
                between = ", ";
            }
            to.append(map.isEmpty() ? "{}" : "}");
        } else throw new Unfit("no plain value");
    }

    static void items(Collection<?> items, String open, String close, StringBuilder to, int depth) {
        String between = open;
        for (Object item : items) {
            to.append(between);
            literal(item, to, depth + 1);
            between = ", ";
        }
        to.append(items.isEmpty() ? open + close : close);
    }

    static String decimal(double number, String text) {
        return Double.isNaN(number) ? "nan" : Double.isInfinite(number) ? (number > 0 ? "inf" : "-inf") : text.replace("E", "e");
    }

    static String failure(Throwable error) {
        List<String> names = new ArrayList<>();
        for (Class<?> kind = error.getClass(); kind != null && kind != Object.class; kind = kind.getSuperclass()) names.add(quoted(kind.getSimpleName()));
        String text = String.valueOf(error.getMessage() == null ? "" : error.getMessage());
        Map<String, Object> files = object(task.get("files"));
        List<String> frames = new ArrayList<>();
        String where = "";
        for (StackTraceElement frame : error.getStackTrace()) {
            Object file = files.get(String.valueOf(frame.getFileName()));
            if (file == null || frames.size() == 3) continue;
            if (frames.isEmpty()) where = file + ":" + frame.getLineNumber();
            frames.add(0, "{\"file\": " + quoted((String) file) + ", \"line\": " + frame.getLineNumber() + ", \"name\": " + quoted(frame.getMethodName()) + "}");
        }
        return "\"raised\": " + names + ", \"text\": " + quoted(text.substring(0, Math.min(text.length(), 300))) + ", \"where\": " + quoted(where) + ", \"frames\": " + frames;
    }

    /** A text in JSON, which Python reads as a literal, too. */
    static String quoted(String text) {
        StringBuilder to = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') to.append('\\').append(c);
            else if (c < ' ' || Character.isSurrogate(c) && !paired(text) || c == 127) to.append(String.format("\\u%04x", (int) c));
            else to.append(c);
        }
        return to.append('"').toString();
    }

    static boolean paired(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) { return (Map<String, Object>) value; }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) { return (List<Object>) value; }

    /** Reads the task, which is JSON; {"map": [[key, value]]}, {"set": [...]} and {"float": "nan"} stand for what it lacks. */
    static class Reader {
        final String text;
        int at = 0;

        Reader(String text) { this.text = text; }

        Object value() {
            skip();
            char c = text.charAt(at);
            if (c == '"') return string();
            if (c == '[') return items();
            if (c == '{') return members();
            int start = at;
            while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) at++;
            String word = text.substring(start, at);
            if (word.equals("null")) return null;
            if (word.equals("true") || word.equals("false")) return word.equals("true");
            return word.matches("-?\\d+") ? (Object) new BigInteger(word) : (Object) Double.valueOf(word);
        }

        void skip() { while (" \n,:".indexOf(text.charAt(at)) >= 0) at++; }

        boolean ends(char close) {
            skip();
            if (text.charAt(at) != close) return false;
            at++;
            return true;
        }

        String string() {
            StringBuilder to = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) != '\\') { to.append(text.charAt(at)); continue; }
                char c = text.charAt(++at);
                if (c == 'u') { to.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16)); at += 4; }
                else to.append(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c == 'b' ? '\b' : c == 'f' ? '\f' : c);
            }
            at++;
            return to.toString();
        }

        List<Object> items() {
            List<Object> made = new ArrayList<>();
            at++;
            while (!ends(']')) made.add(value());
            return made;
        }

        Object members() {
            Map<String, Object> made = new LinkedHashMap<>();
            at++;
            while (!ends('}')) { String key = string(); made.put(key, value()); }
            if (made.size() != 1) return made;
            if (made.containsKey("float")) return Double.valueOf(((String) made.get("float")));
            if (made.get("set") instanceof List<?> items) return new LinkedHashSet<Object>(items);
            if (!(made.get("map") instanceof List<?> pairs)) return made;
            Map<Object, Object> map = new LinkedHashMap<>();
            for (Object pair : pairs) map.put(list(pair).get(0), list(pair).get(1));
            return map;
        }
    }
}
