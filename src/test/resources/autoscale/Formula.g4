// The grammar of §3.6.2 of the Azure Batch reference, written down a second time and on its own: GrammarTest holds the parser to it.
grammar Formula;

formula : (statement (';' statement)* ';'?)? EOF ;
statement : variable '=' expr | expr ;
expr : or ('?' expr ':' expr)? ;
or : and ('||' and)* ;
and : cmp ('&&' cmp)* ;
cmp : add (('<' | '<=' | '==' | '>=' | '>' | '!=') add)? ;
add : mul (('+' | '-') mul)* ;
mul : unary (('*' | '/') unary)* ;
unary : ('-' | '!')? postfix ;
postfix : primary ('.' ID args?)* ;
primary : NUMBER | STRING | ID args | variable | '(' expr ')' ;
args : '(' (expr (',' expr)*)? ')' ;
variable : SERVICE | ID ;

NUMBER : (DIGIT+ ('.' DIGIT+)? | '.' DIGIT+) ([eE] [+\-]? DIGIT+)? ;
// Plain, or as another language's escapes leave it.
STRING : '"' ('\\' ~[\r\n] | ~["\\\r\n])* '"' | '\\"' ~["\r\n]* '\\"' ;
SERVICE : '$' ID ;
ID : [A-Za-z_] [A-Za-z_0-9]* ;
BLANK : [ \t\r\n\f]+ -> skip ;
COMMENT : '//' ~[\n]* -> skip ;
fragment DIGIT : [0-9] ;
