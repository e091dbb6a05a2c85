from django.http import HttpRequest, HttpResponse


def sign_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


second_factor = recovery_codes = sign_out = sign_in
