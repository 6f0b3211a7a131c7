use latchkey_app::shell::{APPLY_THEME, SiteFiles};
use latchkey_model::problem::ProblemKind;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::{Map, Value};

/// Renders the description as a page for people. It contains nothing of any organization, so it is public.
pub(crate) fn page(description: &Value, files: &SiteFiles) -> String {
    let tags = list(&description["tags"]);
    let schemas = object(&description["components"]["schemas"]);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "API reference · Latchkey" }
                script { (PreEscaped(APPLY_THEME)) }
                link rel="stylesheet" href=(files.stylesheet);
                link rel="icon" type="image/svg+xml" href="/favicon.svg";
            }
            body {
                a.skip-link href="#reference" { "Skip to content" }
                div.reference {
                    header.reference-head {
                        a.reference-home href="/access-keys" { "Latchkey" }
                        h1 { "API reference" }
                        p.lede { (text(&description["info"]["description"])) }
                        p { "Machine-readable: " a href="/api/openapi.json" { "openapi.json" } ", OpenAPI 3.1." }
                        nav aria-label="Groups of calls" {
                            ul.reference-groups {
                                @for tag in tags { li { a href={ "#" (anchor(text(&tag["name"]))) } { (text(&tag["name"])) } } }
                                li { a href="#schemas" { "Schemas" } }
                                li { a href="#problems" { "Problems" } }
                            }
                        }
                    }
                    main #reference {
                        @for tag in tags { (group(description, tag)) }
                        section #schemas {
                            h2 { "Schemas" }
                            @for (name, shape) in schemas { (named_shape(name, shape)) }
                        }
                        (problems())
                    }
                }
            }
        }
    }
    .into_string()
}

fn group(description: &Value, tag: &Value) -> Markup {
    let name = text(&tag["name"]);
    let of_path = |(path, methods): (&String, &Value)| {
        let calls = object(methods).into_iter().filter(|(_, call)| call["tags"][0] == name);
        calls.map(|(method, call)| self::call(path, method, call)).collect::<Vec<_>>()
    };
    html! {
        section id=(anchor(name)) {
            h2 { (name) }
            p.lede { (text(&tag["description"])) }
            @for call in object(&description["paths"]).into_iter().flat_map(of_path) { (call) }
        }
    }
}

fn call(path: &str, method: &str, call: &Value) -> Markup {
    let content = object(&call["requestBody"]["content"]);
    html! {
        article.reference-call id=(text(&call["operationId"])) {
            h3 { span.reference-method { (method.to_uppercase()) } " " code { (path) } }
            p { (text(&call["summary"])) ". " (text(&call["description"])) }
            @for parameter in list(&call["parameters"]) {
                p { "In the query, " code { (text(&parameter["name"])) } ": " (text(&parameter["description"])) }
            }
            @for (media_type, body) in content {
                h4 { "Takes " code { (media_type) } }
                (shape(&body["schema"]))
            }
            @for (status, answer) in object(&call["responses"]).into_iter().filter(|(status, _)| *status == "200") {
                h4 { "Answers " (status) }
                p { (text(&answer["description"])) }
                @for (_, body) in object(&answer["content"]) { (shape(&body["schema"])) }
                @if answer.get("headers").is_some() {
                    p { "Headers: " @for (name, _) in object(&answer["headers"]) { code { (name) } " " } }
                }
            }
        }
    }
}

fn named_shape(name: &str, schema: &Value) -> Markup {
    html! {
        article.reference-call id={ "shape-" (name) } {
            h3 { code { (name) } }
            @if !text(&schema["description"]).is_empty() { p { (text(&schema["description"])) } }
            (shape(schema))
        }
    }
}

/// Renders a schema's fields, or its type if it has none.
fn shape(schema: &Value) -> Markup {
    let required = list(&schema["required"]);
    match object(&schema["properties"]) {
        fields if fields.is_empty() => html! { p { (type_of(schema)) } },
        fields => html! {
            div.reference-fields {
                table {
                    thead { tr { th scope="col" { "Field" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                    tbody {
                        @for (name, field) in fields {
                            tr {
                                td { code { (name) } @if !required.iter().any(|it| it == name) { span.reference-optional { " optional" } } }
                                td { (type_of(field)) }
                                td { (text(&field["description"])) }
                            }
                        }
                    }
                }
            }
        },
    }
}

fn type_of(schema: &Value) -> Markup {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return html! { a href={ "#shape-" (name) } { (name) } };
    }
    if let Some(value) = schema.get("const") {
        return html! { code { (value.to_string()) } };
    }
    for several in ["oneOf", "anyOf", "enum"] {
        let choices = list(&schema[several]);
        if !choices.is_empty() {
            return html! {
                @for (index, choice) in choices.iter().enumerate() {
                    @if index > 0 { " or " }
                    @match choice { Value::Object(_) => (type_of(choice)), value => code { (value.to_string()) } }
                }
            };
        }
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => html! { "list of " (type_of(&schema["items"])) },
        Value::String(name) => html! { (name) },
        Value::Array(names) => html! { (names.iter().map(text).collect::<Vec<_>>().join(" or ")) },
        _ => html! { "object" },
    }
}

fn problems() -> Markup {
    html! {
        section #problems {
            h2 { "Problems" }
            p.lede { "The types that a problem (RFC 9457) can have. Types are stable; titles and details are for people." }
            div.reference-fields {
                table {
                    thead { tr { th scope="col" { "Type" } th scope="col" { "Status" } th scope="col" { "Title" } } }
                    tbody {
                        @for kind in ProblemKind::ALL.iter().filter(|kind| kind.status() > 0) {
                            tr { td { code { (kind.slug()) } } td { (kind.status()) } td { (kind.title()) } }
                        }
                    }
                }
            }
        }
    }
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace([' ', '.'], "-")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn object(value: &Value) -> Vec<(&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).collect()
}
